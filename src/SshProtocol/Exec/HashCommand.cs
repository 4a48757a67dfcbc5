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
                error = await HashFileAsync(context, path, hash, ct).ConfigureAwait(false);
            }

            if (error == StorageError.None)
            {
                WriteLine(output, hash.Finish(), path.ToUtf8());
            }
            else
            {
                hash.Finish();
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

    private static async ValueTask<StorageError> HashFileAsync(ExecContext context, VirtualPath path, FileHash hash, CancellationToken ct)
    {
        StorageResult<IFileHandle> opened = await context.Files.OpenFileAsync(path, OpenFlags.Read, null, ct).ConfigureAwait(false);
        if (!opened.IsSuccess)
        {
            return opened.Error;
        }

        PinnedBlock block = context.Pool.Rent(ChunkLength, BufferRole.Storage);
        try
        {
            await using (opened.Value.ConfigureAwait(false))
            {
                PinnedSegment[] segment = [Segment(block)];
                for (long offset = 0; ;)
                {
                    StorageResult<int> read = await opened.Value.ReadAsync(offset, segment, ct).ConfigureAwait(false);
                    if (!read.IsSuccess || read.Value == 0)
                    {
                        return read.Error;
                    }

                    hash.Append(block.Span[..read.Value]);
                    offset += read.Value;
                    context.Grant.Meter.Touch(Environment.TickCount64);
                }
            }
        }
        finally
        {
            block.Return();
        }
    }

    // Like md5sum, a name with a backslash or line break is escaped, and the line then begins with a backslash.
    private static void WriteLine(ExecOutput output, byte[] hash, ReadOnlySpan<byte> name)
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
