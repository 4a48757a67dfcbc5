using System.Text;

namespace Hpc.Storage.Tests.Support;

/// <summary>What tests do often.</summary>
internal static class FileSystemExtensions
{
    public static VirtualPath P(string text)
    {
        VirtualPath.TryParse(text, VirtualPath.Root, out VirtualPath path).ShouldBeTrue();
        return path;
    }

    public static async Task<IFileHandle> OpenAsync(this IFileSystem files, string path, OpenFlags flags) =>
        (await files.OpenFileAsync(P(path), flags, null, default)).Value;

    public static async Task WriteFileAsync(this IFileSystem files, string path, string content)
    {
        IFileHandle file = await files.OpenAsync(path, OpenFlags.Write | OpenFlags.Create | OpenFlags.Truncate);
        (await file.WriteAsync(0, content)).Value.ShouldBe(Encoding.UTF8.GetByteCount(content));
        (await file.CloseAsync()).IsSuccess.ShouldBeTrue();
    }

    public static async Task<string> ReadFileAsync(this IFileSystem files, string path)
    {
        await using IFileHandle file = await files.OpenAsync(path, OpenFlags.Read);
        return await file.ReadTextAsync();
    }

    public static async Task<string> ReadTextAsync(this IFileHandle file)
    {
        using var buffer = new PinnedBytes(new byte[4096]);
        int read = (await file.ReadAsync(0, buffer.Segments(), default)).Value;
        return Encoding.UTF8.GetString(buffer.Bytes.AsSpan(0, read));
    }

    public static async Task<StorageResult<int>> WriteAsync(this IFileHandle file, long offset, string content)
    {
        using var bytes = new PinnedBytes(Encoding.UTF8.GetBytes(content));
        return await file.WriteAsync(offset, bytes.Segments(), default);
    }

    public static async Task<List<DirectoryEntry>> ListAsync(this IFileSystem files, string path, int limit = 100)
    {
        await using IDirectoryReader reader = (await files.OpenDirectoryAsync(P(path), default)).Value;
        var entries = new List<DirectoryEntry>();
        while ((await reader.ReadAsync(entries, limit, default)).Value > 0)
        {
        }

        return entries;
    }

    public static async Task<StorageError> ErrorAsync<T>(this ValueTask<StorageResult<T>> operation) => (await operation).Error;

    public static async Task<StorageError> ErrorAsync(this ValueTask<StorageResult> operation) => (await operation).Error;
}
