using Hpc.Storage.Tests.Support;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Storage.Tests.Vfs.Names;

/// <summary>Operations by text, answered by their error alone.</summary>
internal static class TreeExtensions
{
    public static Task<StorageError> StatAsync(this IFileSystem files, string path) => files.GetAttributesAsync(P(path), default).ErrorAsync();

    public static Task<StorageError> LinkStatAsync(this IFileSystem files, string path) => files.GetLinkAttributesAsync(P(path), default).ErrorAsync();

    public static Task<StorageError> MakeAsync(this IFileSystem files, string path) => files.CreateDirectoryAsync(P(path), null, default).ErrorAsync();

    public static Task<StorageError> RemoveDirectoryAsync(this IFileSystem files, string path) => files.DeleteDirectoryAsync(P(path), default).ErrorAsync();

    public static Task<StorageError> RemoveAsync(this IFileSystem files, string path) => files.DeleteFileAsync(P(path), default).ErrorAsync();

    public static Task<StorageError> MoveAsync(this IFileSystem files, string from, string to, RenameMode mode = RenameMode.Replace) =>
        files.RenameAsync(P(from), P(to), mode, default).ErrorAsync();

    public static Task<StorageError> CopyAsync(this IFileSystem files, string from, string to, RenameMode mode = RenameMode.Replace) =>
        files.CopyFileAsync(P(from), P(to), mode, default).ErrorAsync();

    public static Task<StorageError> LinkAsync(this IFileSystem files, string link, string target) =>
        files.CreateSymbolicLinkAsync(P(link), target, default).ErrorAsync();

    public static Task<StorageError> HardLinkAsync(this IFileSystem files, string existing, string link) =>
        files.CreateHardLinkAsync(P(existing), P(link), default).ErrorAsync();

    public static Task<StorageError> SetAsync(this IFileSystem files, string path, AttributeChanges changes) =>
        files.SetAttributesAsync(P(path), changes, default).ErrorAsync();

    public static async Task<string> ReadLinkAsync(this IFileSystem files, string link) => (await files.ReadSymbolicLinkAsync(P(link), default)).Value;

    public static async Task<string> RealPathAsync(this IFileSystem files, string path) => (await files.ResolveAsync(P(path), default)).Value.ToString();

    public static async Task<StorageError> TryOpenAsync(this IFileSystem files, string path, OpenFlags flags = OpenFlags.Read)
    {
        StorageResult<IFileHandle> opened = await files.OpenFileAsync(P(path), flags, null, default);
        if (opened.IsSuccess)
        {
            await opened.Value.CloseAsync();
            await opened.Value.DisposeAsync();
        }

        return opened.Error;
    }

    public static async Task<StorageError> TryListAsync(this IFileSystem files, string path)
    {
        StorageResult<IDirectoryReader> opened = await files.OpenDirectoryAsync(P(path), default);
        if (opened.IsSuccess)
        {
            await opened.Value.DisposeAsync();
        }

        return opened.Error;
    }

    public static async Task<string> NamesAsync(this IFileSystem files, string path, int limit = 100) =>
        string.Join(' ', (await files.ListAsync(path, limit)).Select(entry => entry.Name).Order(StringComparer.Ordinal));

    /// <summary>The same by streaming, with room for a few entries at a time.</summary>
    public static async Task<string> StreamedNamesAsync(this IFileSystem files, string path, int room = 2)
    {
        await using var stream = (IDirectoryStream)(await files.OpenDirectoryAsync(P(path), default)).Value;
        var names = new List<string>();
        bool isAtEnd = false;
        while (!isAtEnd)
        {
            var sink = new NameSink(room);
            StorageResult<bool> streamed = await stream.StreamAsync(sink, default);
            isAtEnd = streamed.Value;
            (isAtEnd || sink.Names.Count == room).ShouldBeTrue();
            names.AddRange(sink.Names);
        }

        return string.Join(' ', names.Order(StringComparer.Ordinal));
    }

    private sealed class NameSink(int room) : IDirectoryEntrySink
    {
        public List<string> Names { get; } = [];

        public bool TryAdd(ReadOnlySpan<byte> name, in EntryAttributes attributes)
        {
            if (Names.Count == room)
            {
                return false;
            }

            Names.Add(PathText.Decode(name));
            return true;
        }
    }
}
