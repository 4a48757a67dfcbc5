using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Hpc.Server.Tests.Hosting;

/// <summary>Stands where files belong that nobody opens.</summary>
[SuppressMessage("Performance", "CA1852", Justification = "The proxy derives from it.")]
internal class UnusedFiles : DispatchProxy
{
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => throw new NotSupportedException();
}
