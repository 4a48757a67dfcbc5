using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Support;

/// <summary>Skips with a reason what this machine or this target cannot show.</summary>
internal static class Require
{
    public static void Tool(params string[] programs)
    {
        foreach (string program in programs)
        {
            Assert.SkipWhen(ClientRunner.Find(program) is null, $"{program} is not installed.");
        }
    }

    public static void Fuse()
    {
        bool usable = true;
        try
        {
            using FileStream device = File.Open("/dev/fuse", FileMode.Open, FileAccess.ReadWrite);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            usable = false;
        }

        Assert.SkipUnless(usable, "/dev/fuse cannot be opened here.");
    }

    public static void Nightly() =>
        Assert.SkipUnless(Environment.GetEnvironmentVariable("HPC_NIGHTLY") == "1", "Runs with HPC_NIGHTLY=1.");

    public static void NotReference(string reason) => Assert.SkipWhen(ServerProcess.IsReference, "OpenSSH: " + reason);
}
