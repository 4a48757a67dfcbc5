using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.Cryptography;

namespace Hpc.Accounts.Secrets;

/// <summary>The file that holds the master key: a text, of which spaces and line ends around it do not count.</summary>
[UnsupportedOSPlatform("windows")]
public static class MasterKeyFile
{
    private const int KeyLength = 32;
    private const int MaxLength = 4096;

    // open(2), link(2), on every Unix alike but for the number of EEXIST, which is 17 on all.
    private const int ReadOnly = 0;
    private const int AlreadyExists = 17;

    private const UnixFileMode Forbidden = UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>
    /// Reads the key; where there is no such file, makes one of 32 random bytes in base64 with mode 0600. A file that is there is never
    /// written to: with another key every secret would be lost.
    /// </summary>
    /// <exception cref="MasterKeyException">The file cannot be read or made, is empty or too long, or others may read or change it.</exception>
    public static MasterKey Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            return TryRead(path) ?? Make(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new MasterKeyException($"The file of the master key '{path}' cannot be used: {exception.Message}", exception);
        }
    }

    private static MasterKey? TryRead(string path)
    {
        byte[] room = GC.AllocateArray<byte>(MaxLength + 1, pinned: true);
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            CheckMode(path, File.GetUnixFileMode(file.SafeFileHandle));
            int length = file.ReadAtLeast(room, room.Length, throwOnEndOfStream: false);
            ReadOnlySpan<byte> key = room.AsSpan(0, length).Trim(" \t\r\n"u8);
            return length > MaxLength || key.IsEmpty
                ? throw new MasterKeyException($"The file of the master key '{path}' {(key.IsEmpty ? "is empty" : $"is longer than {MaxLength} bytes")}; put back the copy that was made of it.")
                : new MasterKey(key);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(room);
        }
    }

    private static void CheckMode(string path, UnixFileMode mode)
    {
        if ((mode & Forbidden) != 0)
        {
            throw new MasterKeyException(
                $"The file of the master key '{path}' has mode {Convert.ToString((int)mode, 8).PadLeft(4, '0')}: others may read or change it. Allow its owner alone: chmod 600.");
        }
    }

    private static MasterKey Make(string path)
    {
        byte[] text = GC.AllocateArray<byte>(Base64.GetMaxEncodedToUtf8Length(KeyLength) + 1, pinned: true);
        RandomNumberGenerator.Fill(text.AsSpan(0, KeyLength));
        _ = Base64.EncodeToUtf8InPlace(text, KeyLength, out int length);
        text[length] = (byte)'\n';
        string temporary = $"{path}.{Guid.NewGuid():N}";
        try
        {
            Write(temporary, text);

            // Unlike a rename, a link never takes the place of a file that another process has just made.
            int error = Link(temporary, path) == 0 ? 0 : Marshal.GetLastPInvokeError();
            if (error is not 0 and not AlreadyExists)
            {
                // A file system without links.
                Write(path, text);
            }

            SyncDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
            File.Delete(temporary);
        }

        return TryRead(path) ?? throw new MasterKeyException($"The file of the master key '{path}' was taken away as soon as it was made.");
    }

    private static void Write(string path, ReadOnlySpan<byte> text)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = 0,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using var file = new FileStream(path, options);
        file.Write(text);
        file.Flush(flushToDisk: true);
    }

    private static void SyncDirectory(string path)
    {
        int descriptor = OpenDirectory(path, ReadOnly);
        if (descriptor < 0)
        {
            throw new IOException(Marshal.GetLastPInvokeErrorMessage());
        }

        int error = Sync(descriptor) == 0 ? 0 : Marshal.GetLastPInvokeError();
        _ = Close(descriptor);
        if (error != 0)
        {
            throw new IOException(Marshal.GetPInvokeErrorMessage(error));
        }
    }

    [DllImport("libc", EntryPoint = "link", SetLastError = true)]
    private static extern int Link([MarshalAs(UnmanagedType.LPUTF8Str)] string existing, [MarshalAs(UnmanagedType.LPUTF8Str)] string name);

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int OpenDirectory([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int Sync(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    private static extern int Close(int descriptor);
}
