using System.Diagnostics;

namespace Hpc.Fuzz.Tests.Host;

/// <summary>Removes a tree whatever sessions have put into it.</summary>
internal static class TreeRemoval
{
    public static void Remove(DirectoryInfo directory)
    {
        try
        {
            directory.Delete(true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Names that are no UTF-8, which .NET has no string for, and directories without permissions.
            Run("chmod", "-R", "u+rwx", directory.FullName);
            Run("rm", "-rf", directory.FullName);
        }
    }

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        process.WaitForExit();
    }
}
