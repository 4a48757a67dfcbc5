namespace Hpc.LoadTests.Cli;

/// <summary>Finds the <c>hpc</c> that a run starts.</summary>
internal static class ServerExecutable
{
    // Written by the build: where the server's assembly is.
    private const string LocationFile = "hpc-executable.txt";

    /// <summary>What is given, else HPC_EXE, else the one that was built together with this program, else <c>hpc</c> beside it.</summary>
    public static string Find(string? given)
    {
        string? named = given ?? Environment.GetEnvironmentVariable("HPC_EXE");
        if (!string.IsNullOrEmpty(named))
        {
            return File.Exists(named) ? Path.GetFullPath(named) : throw new UsageException($"There is no server executable '{named}'.");
        }

        string location = Path.Combine(AppContext.BaseDirectory, LocationFile);
        string found = File.Exists(location)
            ? Path.ChangeExtension(File.ReadAllText(location).Trim(), null)
            : Path.Combine(AppContext.BaseDirectory, "hpc");
        return File.Exists(found) ? found : throw new UsageException("No hpc to start: say with --server-exe or HPC_EXE where it is, or with --target which server gets the load.");
    }
}
