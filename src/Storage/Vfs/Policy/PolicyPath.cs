namespace Hpc.Storage.Vfs.Policy;

/// <summary>Reads the paths that configuration gives rules for.</summary>
internal static class PolicyPath
{
    private const int ShownLength = 255;

    public static bool TryParse(string text, out VirtualPath path, out string error)
    {
        path = VirtualPath.Root;
        bool isPath = text.StartsWith('/') && VirtualPath.TryParse(text, VirtualPath.Root, out path);
        error = isPath ? "" : $"'{Shorten(text)}' is not a path; allowed are absolute paths such as '/incoming', of at most {VirtualPath.MaxLength} bytes and without NUL.";
        return isPath;
    }

    /// <summary>The text as an error shows it.</summary>
    public static string Shorten(string text) => text.Length <= ShownLength ? text : text[..ShownLength] + "…";
}
