using Hpc.SshProtocol.Sftp.Operations;
using Hpc.SshProtocol.Sftp.Wire;
using Hpc.Storage;
using Hpc.Transport.Buffers;

namespace Hpc.SshProtocol.Exec;

/// <summary>md5sum and its like: a line for each path, or the hash of stdin.</summary>
internal static class HashCommand
{
    private const int ChunkLength = 256 * 1024;

    public static bool ReadsInput(IReadOnlyList<byte[]> arguments) => Paths(arguments).Count == 0;

    public static async ValueTask RunAsync(string command, string algorithm, ExecContext context, ExecOutput output, CancellationToken ct)
    {
        using var hash = FileHash.Create(algorithm);
        List<byte[]> paths = Paths(context.Arguments);
        if (paths.Count == 0)
        {
            hash.Append(context.Input);
            WriteLine(output, hash.Finish(), "-"u8);
            return;
        }

        foreach (byte[] argument in paths)
        {
            StorageError error = StorageError.NameTooLong;
            if (VirtualPath.TryParse(argument, context.StartDirectory, out VirtualPath path))
            {
                StorageResult<ReadOnlyMemory<byte>> hashed = await HashFileAsync(context, path, algorithm, hash, ct).ConfigureAwait(false);
                error = hashed.Error;
                if (hashed.IsSuccess)
                {
                    WriteLine(output, hashed.Value.Span, path.ToUtf8());
                }
            }

            if (error != StorageError.None)
            {
                output.Fail(command, SftpErrors.ToText(error));
            }
        }
    }

    // "-b" and "-t" change nothing here; "--" ends options; a lone "-" is stdin.
    private static List<byte[]> Paths(IReadOnlyList<byte[]> arguments)
    {
        var paths = new List<byte[]>();
        bool optionsEnd = false;
        foreach (byte[] argument in arguments)
        {
            ReadOnlySpan<byte> text = argument;
            if (!optionsEnd && (text.SequenceEqual("-b"u8) || text.SequenceEqual("-t"u8) || text.SequenceEqual("-"u8)))
            {
                continue;
            }

            if (!optionsEnd && text.SequenceEqual("--"u8))
            {
                optionsEnd = true;
                continue;
            }

            paths.Add(argument);
        }

        return paths;
    }

    private static async ValueTask<StorageResult<ReadOnlyMemory<byte>>> HashFileAsync(
        ExecContext context, VirtualPath path, string algorithm, FileHash hash, CancellationToken ct)
    {
        StorageResult<IFileHandle> opened = await context.Files.OpenFileAsync(path, OpenFlags.Read | OpenFlags.Hash, null, ct).ConfigureAwait(false);
        if (!opened.IsSuccess)
        {
            return opened.Error;
        }

        IFileHandle file = opened.Value;
        await using (file.ConfigureAwait(false))
        {
            StorageResult<ReadOnlyMemory<byte>> hashed = algorithm == FileHash.Sha256 ? await file.GetStoredSha256Async(ct).ConfigureAwait(false) : StorageError.NotFound;
            if (!hashed.IsSuccess)
            {
                hashed = await ReadAndHashAsync(context, file.WithoutTransfer, hash, ct).ConfigureAwait(false);
            }

            await file.CloseAsync().ConfigureAwait(false);
            return hashed;
        }
    }

    private static async ValueTask<StorageResult<ReadOnlyMemory<byte>>> ReadAndHashAsync(ExecContext context, IFileHandle file, FileHash hash, CancellationToken ct)
    {
        PinnedBlock block = context.Pool.Rent(ChunkLength, BufferRole.Storage);
        try
        {
            PinnedSegment[] segment = [Segment(block)];
            for (long offset = 0; ;)
            {
                StorageResult<int> read = await file.ReadAsync(offset, segment, ct).ConfigureAwait(false);
                if (!read.IsSuccess || read.Value == 0)
                {
                    byte[] finished = hash.Finish();
                    return read.IsSuccess ? (ReadOnlyMemory<byte>)finished : read.Error;
                }

                hash.Append(block.Span[..read.Value]);
                offset += read.Value;
                context.Grant.Meter.Touch(Environment.TickCount64);
            }
        }
        finally
        {
            block.Return();
        }
    }

    // Like md5sum, a name with a backslash or line break is escaped, and the line then begins with a backslash.
    private static void WriteLine(ExecOutput output, ReadOnlySpan<byte> hash, ReadOnlySpan<byte> name)
    {
        bool escape = name.IndexOfAny((byte)'\\', (byte)'\n', (byte)'\r') >= 0;
        output.Write(escape ? "\\"u8 : []);
        output.Write(Convert.ToHexStringLower(hash));
        output.Write("  "u8);
        foreach (byte c in name)
        {
            switch (c)
            {
                case (byte)'\\':
                    output.Write("\\\\"u8);
                    break;
                case (byte)'\n':
                    output.Write("\\n"u8);
                    break;
                case (byte)'\r':
                    output.Write("\\r"u8);
                    break;
                default:
                    output.Write([c]);
                    break;
            }
        }

        output.Write("\n"u8);
    }

    private static unsafe PinnedSegment Segment(PinnedBlock block) => new(block.Address, ChunkLength);
}
