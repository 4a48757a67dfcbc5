namespace Hpc.Server.Hosting;

/// <summary>How this program is called from a shell: <c>hpc</c> where the search path finds it, otherwise by its path.</summary>
internal static class CommandName
{
    private const string Name = "hpc";

    public static string Current { get; } = Find(Environment.ProcessPath, Environment.GetEnvironmentVariable("PATH"));

    internal static string Find(string? processPath, string? searchPath)
    {
        if (processPath is null)
        {
            return Name;
        }

        if (Path.GetFileNameWithoutExtension(processPath) != Name)
        {
            // Run by the dotnet host.
            return $"dotnet {ShellText.Quote(Path.Combine(AppContext.BaseDirectory, Name + ".dll"))}";
        }

        bool isFound = (searchPath ?? "").Split(Path.PathSeparator).Contains(Path.GetDirectoryName(processPath), StringComparer.Ordinal);
        return isFound ? Name : ShellText.Quote(processPath);
    }
}
