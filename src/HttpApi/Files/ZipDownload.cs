using System.IO.Compression;
using Hpc.Accounts.Sessions;
using Hpc.HttpApi.Hosting;
using Hpc.Storage;
using Microsoft.AspNetCore.Http;

namespace Hpc.HttpApi.Files;

/// <summary>
/// Sends files and directories as one ZIP archive, made as it goes out. Regular files alone are in it (R12.5), and of what is below the paths that are asked for
/// only what the user may read. An archive that cannot be finished breaks off before its directory, so that nobody takes it for whole.
/// </summary>
#pragma warning disable CA1001 // The stream is a view of the answer's body, which is not ours to end.
internal sealed class ZipDownload(FileSession session)
#pragma warning restore CA1001
{
    private const int MaxEntries = 100_000;
    private const int MaxDepth = 256;
    private const int EntriesPerRead = 256;

    // S_IFREG and S_IFDIR in the upper half, the directory bit of DOS in the lower.
    private const int FileAttributes = 0x81A4 << 16;
    private const int DirectoryAttributes = (0x41ED << 16) | 0x10;

    private readonly ZipNames _names = new();
    private readonly Stack<(VirtualPath Path, string Name, int Depth)> _waiting = new();
    private readonly PinnedSegment[] _segment = new PinnedSegment[1];
    private readonly AnswerStream _output = new(session.Http.Response.BodyWriter);
    private int _entries;

    /// <summary>Asked right before the first entry; an answer of it is the answer.</summary>
    public Func<ValueTask<IResult?>>? BeforeContent { get; init; }

    /// <summary>True if the whole archive went out.</summary>
    public bool IsSent { get; private set; }

    /// <summary>Null if the answer was written.</summary>
    public async ValueTask<IResult?> RunAsync(IEnumerable<VirtualPath> paths, string fileName)
    {
        StorageResult<IReadOnlyList<ZipSource>> found = await ZipSource.FindAsync(session, paths).ConfigureAwait(false);
        if (!found.IsSuccess)
        {
            return session.RefuseRead(found.Error);
        }

        if (found.Value is [{ IsDirectory: true } only] && await CheckListingAsync(only.Path).ConfigureAwait(false) is var refused && refused != StorageError.None)
        {
            return session.RefuseRead(refused);
        }

        // Who asks for the headers alone downloads nothing.
        if (RequestFacts.Of(session.Http).IsHead)
        {
            SetHeaders(fileName);
            return null;
        }

        if (BeforeContent is not null && await BeforeContent().ConfigureAwait(false) is { } refusal)
        {
            return refusal;
        }

        SetHeaders(fileName);
        await session.Http.Response.StartAsync(session.Lifetime).ConfigureAwait(false);
        StorageError error = await WriteAsync(found.Value).ConfigureAwait(false);
        if (error != StorageError.None)
        {
            session.Http.Abort();
            return null;
        }

        IsSent = true;
        return null;
    }

    private void SetHeaders(string fileName)
    {
        session.Http.Response.ContentType = "application/zip";
        session.Http.Response.Headers.ContentDisposition = DispositionText.Attachment(fileName);
    }

    /// <summary>A directory that cannot be listed at all is no empty archive.</summary>
    private async ValueTask<StorageError> CheckListingAsync(VirtualPath path)
    {
        StorageResult<IDirectoryReader> opened = await session.Files.OpenDirectoryAsync(path, session.Lifetime).ConfigureAwait(false);
        if (opened.IsSuccess)
        {
            await opened.Value.DisposeAsync().ConfigureAwait(false);
        }

        return opened.Error;
    }

    private async ValueTask<StorageError> WriteAsync(IReadOnlyList<ZipSource> sources)
    {
        // Disposed only when it is whole: that writes its directory.
        ZipArchive archive = await ZipArchive.CreateAsync(_output, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, session.Lifetime).ConfigureAwait(false);
        foreach (ZipSource source in sources)
        {
            StorageError error = await AddAsync(archive, source).ConfigureAwait(false);
            if (error != StorageError.None)
            {
                return error;
            }
        }

        session.Lifetime.ThrowIfCancellationRequested();
        await archive.DisposeAsync().ConfigureAwait(false);
        await _output.FlushAsync(session.Lifetime).ConfigureAwait(false);
        session.Lifetime.ThrowIfCancellationRequested();
        return StorageError.None;
    }

    private async ValueTask<StorageError> AddAsync(ZipArchive archive, ZipSource source)
    {
        if (!source.IsDirectory)
        {
            return await AddFileAsync(archive, source.Path, source.Directory, source.Path.Name).ConfigureAwait(false);
        }

        string name = source.Directory;
        if (!source.Path.IsRoot)
        {
            if (_names.Add(source.Directory, source.Path.Name, isDirectory: true) is not { } unique)
            {
                return StorageError.LimitReached;
            }

            name = unique;
            archive.CreateEntry(name).ExternalAttributes = DirectoryAttributes;
        }

        _waiting.Push((source.Path, name, 1));
        StorageError error = StorageError.None;
        while (error == StorageError.None && _waiting.TryPop(out (VirtualPath Path, string Name, int Depth) next))
        {
            error = await AddDirectoryAsync(archive, next.Path, next.Name, next.Depth).ConfigureAwait(false);
        }

        return error;
    }

    private async ValueTask<StorageError> AddDirectoryAsync(ZipArchive archive, VirtualPath path, string name, int depth)
    {
        StorageResult<IDirectoryReader> opened = await session.Files.OpenDirectoryAsync(path, session.Lifetime).ConfigureAwait(false);
        if (!opened.IsSuccess)
        {
            return IsSkipped(opened.Error) ? StorageError.None : opened.Error;
        }

        IDirectoryReader reader = opened.Value;
        await using (reader.ConfigureAwait(false))
        {
            var entries = new List<DirectoryEntry>(EntriesPerRead);
            while (true)
            {
                entries.Clear();
                StorageResult<int> read = await reader.ReadAsync(entries, EntriesPerRead, session.Lifetime).ConfigureAwait(false);
                if (!read.IsSuccess || read.Value == 0)
                {
                    return read.Error;
                }

                foreach (DirectoryEntry entry in entries)
                {
                    StorageError error = await AddEntryAsync(archive, path, name, depth, entry).ConfigureAwait(false);
                    if (error != StorageError.None)
                    {
                        return error;
                    }
                }
            }
        }
    }

    private async ValueTask<StorageError> AddEntryAsync(ZipArchive archive, VirtualPath directory, string directoryName, int depth, DirectoryEntry entry)
    {
        if (entry.Attributes.Type is not (EntryType.File or EntryType.Directory) || !directory.TryCombine(entry.Name, out VirtualPath path))
        {
            return StorageError.None;
        }

        if (entry.Attributes.Type == EntryType.File)
        {
            return await AddFileAsync(archive, path, directoryName, entry.Name).ConfigureAwait(false);
        }

        if (depth >= MaxDepth || ++_entries > MaxEntries || _names.Add(directoryName, entry.Name, isDirectory: true) is not { } name)
        {
            return StorageError.LimitReached;
        }

        ZipArchiveEntry made = archive.CreateEntry(name);
        made.ExternalAttributes = DirectoryAttributes;
        made.LastWriteTime = TimeOf(entry.Attributes);
        _waiting.Push((path, name, depth + 1));
        return StorageError.None;
    }

    private async ValueTask<StorageError> AddFileAsync(ZipArchive archive, VirtualPath path, string directoryName, string fileName)
    {
        StorageResult<IFileHandle> opened = await session.Files.OpenFileAsync(path, OpenFlags.Read, null, session.Lifetime).ConfigureAwait(false);
        if (!opened.IsSuccess)
        {
            return IsSkipped(opened.Error) ? StorageError.None : opened.Error;
        }

        IFileHandle file = opened.Value;
        await using (file.ConfigureAwait(false))
        {
            StorageResult<EntryAttributes> attributes = await file.GetAttributesAsync(session.Lifetime).ConfigureAwait(false);
            if (!attributes.IsSuccess)
            {
                return attributes.Error;
            }

            if (++_entries > MaxEntries || _names.Add(directoryName, fileName, isDirectory: false) is not { } name)
            {
                return StorageError.LimitReached;
            }

            ZipArchiveEntry entry = archive.CreateEntry(name, CompressionLevel.Fastest);
            entry.ExternalAttributes = FileAttributes;
            entry.LastWriteTime = TimeOf(attributes.Value);
            Stream target = await entry.OpenAsync(session.Lifetime).ConfigureAwait(false);
            StorageError error = await CopyAsync(file, path, target).ConfigureAwait(false);
            if (error != StorageError.None)
            {
                return error;
            }

            await target.DisposeAsync().ConfigureAwait(false);
            return (await file.CloseAsync().ConfigureAwait(false)).Error;
        }
    }

    private async ValueTask<StorageError> CopyAsync(IFileHandle file, VirtualPath path, Stream target)
    {
        TransferMeter transfer = session.Meter.BeginTransfer(path.ToString(), isUpload: false);
        try
        {
            using var buffer = PinnedBuffer.Rent();
            for (long offset = 0; ;)
            {
                _segment[0] = buffer.Segment(0, await session.AwaitReadAsync(file, PinnedBuffer.Length).ConfigureAwait(false));
                StorageResult<int> read = await session.ReadAsync(file, offset, _segment).ConfigureAwait(false);
                if (!read.IsSuccess || read.Value == 0)
                {
                    return read.Error;
                }

                await target.WriteAsync(buffer.Memory[..read.Value], session.Lifetime).ConfigureAwait(false);
                await _output.FlushAsync(session.Lifetime).ConfigureAwait(false);
                session.Lifetime.ThrowIfCancellationRequested();
                offset += read.Value;
                transfer.Add(read.Value);
                session.Meter.AddSent(read.Value);
                session.Meter.Touch(Environment.TickCount64);
            }
        }
        finally
        {
            session.Meter.EndTransfer(transfer);
        }
    }

    // What the user may not read, and what went away since it was listed.
    private static bool IsSkipped(StorageError error) => error is StorageError.AccessDenied or StorageError.NotFound or StorageError.IsDirectory or StorageError.LinkLoop;

    // A ZIP archive knows the years 1980 to 2107.
    private static DateTimeOffset TimeOf(in EntryAttributes attributes) =>
        DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(attributes.ModificationTime.Seconds, 315_619_200, 4_354_732_800));
}
