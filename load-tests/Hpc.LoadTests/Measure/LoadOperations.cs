namespace Hpc.LoadTests.Measure;

/// <summary>The operations as a table.</summary>
internal static class LoadOperations
{
    private static readonly string[] Names =
    [
        "login", "open", "upload", "download", "list", "stat", "rename", "remove", "make_directory", "remove_directory", "keepalive", "logout",
    ];

    public static int Count => Names.Length;

    /// <summary>The name in reports and scenarios.</summary>
    public static string NameOf(LoadOperation operation) => Names[(int)operation];

    /// <summary>The operation of a name in a scenario or threshold.</summary>
    public static bool TryParse(string name, out LoadOperation operation)
    {
        int index = Array.IndexOf(Names, name);
        operation = (LoadOperation)Math.Max(index, 0);
        return index >= 0;
    }
}
