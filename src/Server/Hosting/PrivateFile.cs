namespace Hpc.Server.Hosting;

/// <summary>Files and directories that nobody but their owner can read.</summary>
internal static class PrivateFile
{
    public const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public const UnixFileMode DirectoryMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>0644, for what everybody may know.</summary>
    public const UnixFileMode PublicMode = FileMode | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Creates a directory with mode 0700; one that is there stays as it is.</summary>
    public static void CreateDirectory(string path) => Directory.CreateDirectory(path, DirectoryMode);

    /// <summary>Writes a file with mode 0600 in one step: it is there whole, or not at all.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        Stage(path, content, FileMode);
        Publish(path);
    }

    /// <summary>Writes what <see cref="Publish"/> will name, to disk and under a temporary name.</summary>
    public static void Stage(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        string temporary = Temporary(path);
        File.Delete(temporary);
        var options = new FileStreamOptions { Mode = System.IO.FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = FileMode };
        using var file = new FileStream(temporary, options);
        File.SetUnixFileMode(file.SafeFileHandle, mode);
        file.Write(content);
        file.Flush(flushToDisk: true);
    }

    /// <summary>The same for who writes piece by piece.</summary>
    public static FileStream Stage(string path)
    {
        string temporary = Temporary(path);
        File.Delete(temporary);
        return new FileStream(temporary, new FileStreamOptions { Mode = System.IO.FileMode.CreateNew, Access = FileAccess.ReadWrite, UnixCreateMode = FileMode });
    }

    /// <summary>Gives staged files of one directory their names, in this order, and makes the names durable.</summary>
    public static void Publish(params ReadOnlySpan<string> paths)
    {
        foreach (string path in paths)
        {
            File.Move(Temporary(path), path, overwrite: true);
        }

        FileSystemCall.SyncDirectory(Path.GetDirectoryName(Path.GetFullPath(paths[0]))!);
    }

    /// <summary>Takes back what was staged and not published.</summary>
    public static void Discard(params ReadOnlySpan<string> paths)
    {
        foreach (string path in paths)
        {
            if (File.Exists(Temporary(path)))
            {
                File.Delete(Temporary(path));
            }
        }
    }

    /// <summary>True if somebody besides the owner can do anything with the file.</summary>
    public static bool IsOpenToOthers(string path) => (File.GetUnixFileMode(path) & Others) != 0;

    private static string Temporary(string path) => path + ".new";
}
