using System.Text;
using Hpc.Storage;
using Hpc.Storage.Tests.Support;
using Hpc.Storage.Vfs;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Policy.Tests.Matrix;

/// <summary>Does what a row of the table says, and keeps what came out of it.</summary>
internal sealed class OperationRunner(UserFileSystem files)
{
    private const OpenFlags Upload = OpenFlags.Write | OpenFlags.Create | OpenFlags.Truncate;

    public static readonly FileTime NewTime = new(1_234_567_890);

    /// <summary>What an upload writes.</summary>
    public string Content { get; set; } = "written";

    /// <summary>What the user got to see: content, names, sizes.</summary>
    public List<string> Seen { get; } = [];

    public async Task<StorageError> RunAsync(string operation, VirtualPath path, VirtualPath target, string linkText)
    {
        Seen.Clear();
        return operation switch
        {
            "list" => await ListAsync(path),
            "stat" or "stat-dir" => Attributes(await files.GetAttributesAsync(path, default)),
            "lstat" or "lstat-dir" => Attributes(await files.GetLinkAttributesAsync(path, default)),
            "readlink" => See(await files.ReadSymbolicLinkAsync(path, default)),
            "realpath" => See(await files.ResolveAsync(path, default)),
            "statvfs" => (await files.GetSpaceAsync(path, default)).Error,
            "read" => await ReadAsync(path, hash: false),
            "check-file" => await ReadAsync(path, hash: true),
            "create" => await WriteAsync(path, Upload, 0),
            "create-exclusive" => await WriteAsync(path, OpenFlags.Write | OpenFlags.Create | OpenFlags.Exclusive, 0),
            "create-and-read" => await WriteAsync(path, OpenFlags.Read | OpenFlags.Write | OpenFlags.Create, 0),
            "overwrite" => await WriteAsync(path, OpenFlags.Write, 0),
            "replace" => await WriteAsync(path, Upload, 0),
            "resume" => await WriteAsync(path, OpenFlags.Write | OpenFlags.Create, 3),
            "append" => await WriteAsync(path, OpenFlags.Write | OpenFlags.Append, 0),
            "read-and-write" => await WriteAsync(path, OpenFlags.Read | OpenFlags.Write, 0),
            "truncate" => (await files.SetAttributesAsync(path, new AttributeChanges { Size = 3 }, default)).Error,
            "truncate-open" => await SetOpenAsync(path, OpenFlags.Write, new AttributeChanges { Size = 3 }),
            "truncate-new" => await SetOpenAsync(path, Upload, new AttributeChanges { Size = 3 }),
            "delete" or "delete-link" => (await files.DeleteFileAsync(path, default)).Error,
            "rmdir" => (await files.DeleteDirectoryAsync(path, default)).Error,
            "rename" or "rename-link" or "rename-dir" or "rename-tree" => (await files.RenameAsync(path, target, RenameMode.NoReplace, default)).Error,
            "rename-over" => (await files.RenameAsync(path, target, RenameMode.Replace, default)).Error,
            "mkdir" => (await files.CreateDirectoryAsync(path, null, default)).Error,
            "symlink" or "symlink-into" => (await files.CreateSymbolicLinkAsync(path, linkText, default)).Error,
            "hardlink" => (await files.CreateHardLinkAsync(path, target, default)).Error,
            "chmod" or "chmod-dir" => (await files.SetAttributesAsync(path, Mode, default)).Error,
            "chmod-open" => await SetOpenAsync(path, OpenFlags.Read, Mode),
            "chown" or "chown-dir" => (await files.SetAttributesAsync(path, Owner, default)).Error,
            "chown-open" => await SetOpenAsync(path, OpenFlags.Read, Owner),
            "chtimes" or "chtimes-dir" => (await files.SetAttributesAsync(path, Times, default)).Error,
            "chtimes-open" => await SetOpenAsync(path, OpenFlags.Read, Times),
            "copy" => await CopyAsync(path, target, OpenFlags.Write | OpenFlags.Create | OpenFlags.Exclusive),
            "copy-over" => await CopyAsync(path, target, Upload),
            "copy-path" => (await files.CopyFileAsync(path, target, RenameMode.NoReplace, default)).Error,
            "copy-path-over" => (await files.CopyFileAsync(path, target, RenameMode.Replace, default)).Error,
            _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, null),
        };
    }

    private static AttributeChanges Mode => new() { Permissions = 0b110_100_000 };

    // The owner that everything in the tests has: only its permission is asked, and no test need be root.
    private static AttributeChanges Owner => new() { UserId = ProcessOwner.UserId, GroupId = ProcessOwner.GroupId };

    private static AttributeChanges Times => new() { AccessTime = NewTime, ModificationTime = NewTime };

    private StorageError See<T>(StorageResult<T> result)
    {
        if (result.IsSuccess)
        {
            Seen.Add(result.Value!.ToString()!);
        }

        return result.Error;
    }

    private StorageError Attributes(StorageResult<EntryAttributes> result)
    {
        if (result.IsSuccess)
        {
            Seen.Add($"{result.Value.Type} {result.Value.Size}");
        }

        return result.Error;
    }

    private async Task<StorageError> ListAsync(VirtualPath path)
    {
        StorageResult<IDirectoryReader> opened = await files.OpenDirectoryAsync(path, default);
        if (!opened.IsSuccess)
        {
            return opened.Error;
        }

        await using IDirectoryReader reader = opened.Value;
        var entries = new List<DirectoryEntry>();
        while (true)
        {
            StorageResult<int> read = await reader.ReadAsync(entries, 3, default);
            if (!read.IsSuccess)
            {
                return read.Error;
            }

            if (read.Value == 0)
            {
                Seen.AddRange(entries.Select(entry => entry.Attributes.Type == EntryType.File ? $"{entry.Name} {entry.Attributes.Size}" : entry.Name));
                return StorageError.None;
            }
        }
    }

    private async Task<StorageError> ReadAsync(VirtualPath path, bool hash)
    {
        StorageResult<IFileHandle> opened = await files.OpenFileAsync(path, OpenFlags.Read, null, default);
        if (!opened.IsSuccess)
        {
            return opened.Error;
        }

        await using IFileHandle file = opened.Value;
        using var buffer = new PinnedBytes(new byte[512]);
        StorageResult<int> read = await (hash ? file.WithoutTransfer : file).ReadAsync(0, buffer.Segments(), default);
        if (read.IsSuccess)
        {
            Seen.Add(Encoding.UTF8.GetString(buffer.Bytes.AsSpan(0, read.Value)));
        }

        await file.CloseAsync();
        return read.Error;
    }

    private async Task<StorageError> WriteAsync(VirtualPath path, OpenFlags flags, long offset)
    {
        StorageResult<IFileHandle> opened = await files.OpenFileAsync(path, flags, null, default);
        if (!opened.IsSuccess)
        {
            return opened.Error;
        }

        await using IFileHandle file = opened.Value;
        StorageResult<int> written = await file.WriteAsync(offset, Content);
        StorageResult closed = await file.CloseAsync();
        return written.IsSuccess ? closed.Error : written.Error;
    }

    private async Task<StorageError> SetOpenAsync(VirtualPath path, OpenFlags flags, AttributeChanges changes)
    {
        StorageResult<IFileHandle> opened = await files.OpenFileAsync(path, flags, null, default);
        if (!opened.IsSuccess)
        {
            return opened.Error;
        }

        await using IFileHandle file = opened.Value;
        StorageResult set = await file.SetAttributesAsync(changes, default);
        StorageResult closed = await file.CloseAsync();
        return set.IsSuccess ? closed.Error : set.Error;
    }

    // As SFTP's copy-data does it: between two open files, by the server's own reads and writes where storage cannot.
    private async Task<StorageError> CopyAsync(VirtualPath path, VirtualPath target, OpenFlags flags)
    {
        StorageResult<IFileHandle> source = await files.OpenFileAsync(path, OpenFlags.Read, null, default);
        if (!source.IsSuccess)
        {
            return source.Error;
        }

        await using IFileHandle from = source.Value;
        StorageResult<IFileHandle> opened = await files.OpenFileAsync(target, flags, null, default);
        if (!opened.IsSuccess)
        {
            return opened.Error;
        }

        await using IFileHandle to = opened.Value;
        StorageResult<long> copied = await from.CopyToAsync(0, to, 0, 1 << 20, default);
        StorageError error = copied.Error == StorageError.NotSupported ? await ReadAndWriteAsync(from.WithoutTransfer, to) : copied.Error;
        StorageResult closed = await to.CloseAsync();
        return error == StorageError.None ? closed.Error : error;
    }

    private static async Task<StorageError> ReadAndWriteAsync(IFileHandle from, IFileHandle to)
    {
        using var buffer = new PinnedBytes(new byte[512]);
        StorageResult<int> read = await from.ReadAsync(0, buffer.Segments(), default);
        if (!read.IsSuccess)
        {
            return read.Error;
        }

        using var bytes = new PinnedBytes(buffer.Bytes[..read.Value]);
        return (await to.WriteAsync(0, bytes.Segments(), default)).Error;
    }
}
