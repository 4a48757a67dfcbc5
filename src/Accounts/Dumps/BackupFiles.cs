using System.Runtime.Versioning;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;

namespace Hpc.Accounts.Dumps;

/// <summary>Files of dumps: below one directory, reached by no link (case 77).</summary>
/// <param name="root">The directory; empty for none.</param>
[UnsupportedOSPlatform("windows")]
public sealed class BackupFiles(string root)
{
    private const string Extension = ".json";
    private const string PartMark = ".part-";
    private const int MaxWrites = 3;

    // Nobody writes a dump for so long.
    private static readonly TimeSpan LeftOver = TimeSpan.FromDays(1);

    private readonly string _root = root.Length == 0 ? "" : Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));

    /// <summary>The directory.</summary>
    public string Root => _root;

    /// <summary>True if there is a directory.</summary>
    public bool IsConfigured => _root.Length > 0;

    /// <summary>The path of a file of this name below the directory; null if there is no such place.</summary>
    /// <param name="name">Relative to the directory, or absolute and in it.</param>
    public string? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!IsConfigured || name.Length is 0 or > 1024 || name.Contains('\0', StringComparison.Ordinal) || !name.EndsWith(Extension, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        string path = Path.GetFullPath(name, _root);
        return path.StartsWith(_root + Path.DirectorySeparatorChar, StringComparison.Ordinal) && !HasLink(path) ? path : null;
    }

    /// <summary>Writes a dump to a file that <see cref="Find"/> named, again if objects were changed meanwhile, up to three times: nobody has seen it yet.</summary>
    /// <returns>False if it is not of one moment all the same.</returns>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The server or the actor may not.</exception>
    public static async ValueTask<bool> WriteAsync(string path, DumpService dumps, IReadOnlySet<ObjectKind> kinds, bool isIndented, ChangeContext context, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(dumps);
        bool isOfOneMoment = false;
        await WriteAsync(path, async output =>
        {
            for (int tries = 0; tries < MaxWrites && !isOfOneMoment; tries++)
            {
                output.SetLength(0);
                isOfOneMoment = await dumps.WriteStagedAsync(output, kinds, isIndented, context, ct).ConfigureAwait(false);
            }
        }).ConfigureAwait(false);
        return isOfOneMoment;
    }

    // Readable by its owner alone; it is there as a whole or not at all.
    private static async ValueTask WriteAsync(string path, Func<Stream, ValueTask> write)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        RemoveLeftOvers(path);
        string part = path + PartMark + Guid.NewGuid().ToString("N");
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

    // Of a server that died while it wrote.
    private static void RemoveLeftOvers(string path)
    {
        foreach (string part in Directory.EnumerateFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + PartMark + "*"))
        {
            if (DateTime.UtcNow - File.GetLastWriteTimeUtc(part) > LeftOver)
            {
                File.Delete(part);
            }
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
