namespace Hpc.TestKit;

/// <summary>File modes; the tests need a Unix system.</summary>
public static class UnixFiles
{
    /// <summary>Sets the permission bits of a file or folder.</summary>
    public static void SetMode(string path, int mode)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException();
        }

        File.SetUnixFileMode(path, (UnixFileMode)mode);
    }
}
