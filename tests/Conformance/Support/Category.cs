namespace Hpc.Conformance.Tests.Support;

/// <summary>The traits that runs are filtered by.</summary>
internal static class Category
{
    public const string Name = "Category";
    public const string Conformance = "Conformance";
    public const string Nightly = "Nightly";
}
