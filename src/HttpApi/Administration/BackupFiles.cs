namespace Hpc.HttpApi.Administration;

/// <summary>Files of dumps: below one directory, reached by no link (case 77).</summary>
internal sealed class BackupFiles(string root)
{
    private const string Extension = ".json";

    private readonly string _root = root.Length == 0 ? "" : Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));

    public string Root => _root;

    public bool IsConfigured => _root.Length > 0;

    /// <summary>The path of a file of this name below the directory; null if there is no such place.</summary>
    /// <param name="name">Relative to the directory, or absolute and in it.</param>
    public string? Find(string name)
    {
        if (!IsConfigured || name.Length is 0 or > 1024 || name.Contains('\0', StringComparison.Ordinal) || !name.EndsWith(Extension, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        string path = Path.GetFullPath(name, _root);
        return path.StartsWith(_root + Path.DirectorySeparatorChar, StringComparison.Ordinal) && !HasLink(path) ? path : null;
    }

    /// <summary>Writes a file, readable by its owner alone; it is there as a whole or not at all.</summary>
    public static async ValueTask WriteAsync(string path, Func<Stream, ValueTask> write)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        string part = path + ".part-" + Guid.NewGuid().ToString("N");
        try
        {
            var stream = new FileStream(part, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
            await using (stream.ConfigureAwait(false))
            {
                await write(stream).ConfigureAwait(false);
                stream.Flush(flushToDisk: true);
            }

            File.Move(part, path, overwrite: true);
        }
        finally
        {
            File.Delete(part);
        }
    }

    private bool HasLink(string path)
    {
        for (string at = path; at.Length > _root.Length; at = Path.GetDirectoryName(at)!)
        {
            if (new FileInfo(at).LinkTarget is not null)
            {
                return true;
            }
        }

        return false;
    }
}
