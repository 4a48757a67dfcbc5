using Hpc.Server.Hosting;

namespace Hpc.Server.Tests.Hosting;

public sealed class HomeAtHandTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("hpc-home-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void What_is_no_directory_is_never_at_hand()
    {
        string file = Path.Combine(_directory, "file");
        File.WriteAllText(file, "");

        FileSystemCall.IsAtHand(file).ShouldBeFalse();
        FileSystemCall.IsAtHand(Path.Combine(_directory, "missing")).ShouldBeFalse();
        FileSystemCall.IsAtHand("").ShouldBeFalse();
    }

    [Fact]
    public void A_directory_that_was_just_made_is_in_memory()
    {
        bool isKnown = OperatingSystem.IsOSPlatformVersionAtLeast("linux", 5, 12);

        (FileSystemCall.IsAtHand(_directory) || !isKnown).ShouldBeTrue();
    }
}
