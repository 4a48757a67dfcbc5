using System.Reflection;

namespace Hpc.Server.Cli;

/// <summary>The version of this build.</summary>
internal static class ProductVersion
{
    /// <summary>Like <c>0.1.0</c>, without what a build adds behind a plus.</summary>
    public static string Text { get; } =
        (typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0").Split('+')[0];
}
