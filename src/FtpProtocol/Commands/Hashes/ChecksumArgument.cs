using System.Buffers.Text;
using Hpc.FtpProtocol.Control;
using Hpc.Storage;

namespace Hpc.FtpProtocol.Commands.Hashes;

/// <summary>
/// <c>path</c>, <c>path begin</c> or <c>path begin end</c>, where the path may stand in quotes; the end is not part of what is hashed.
/// A file whose name is all of it counts first.
/// </summary>
/// <param name="Path">The file.</param>
/// <param name="First">Where the hash begins.</param>
/// <param name="End">Behind the last byte.</param>
internal readonly record struct ChecksumArgument(VirtualPath Path, long First, long End)
{
    private const byte Quote = (byte)'"';

    public static async ValueTask<(ChecksumArgument Wanted, FtpReply? Refusal)> ReadAsync(FtpSession session, FtpArgument argument, CancellationToken ct)
    {
        if (!FtpPath.TryParse(session, argument, out VirtualPath path, out FtpReply refusal))
        {
            return (default, refusal);
        }

        // Asked for only where it could be something else.
        if (!TryReadParts(session, argument.Bytes.Span, out ChecksumArgument parts) || await ExistsAsync(session, path, ct).ConfigureAwait(false))
        {
            return (new ChecksumArgument(path, 0, long.MaxValue), null);
        }

        return parts.First <= parts.End ? (parts, null) : (default, new FtpReply(501, "The range ends before it begins."));
    }

    private static async ValueTask<bool> ExistsAsync(FtpSession session, VirtualPath path, CancellationToken ct)
    {
        StorageResult<EntryAttributes> found = await session.Files.LookAsync(path, ct).ConfigureAwait(false);
        return found.IsSuccess;
    }

    /// <summary>False where there are neither quotes nor numbers.</summary>
    private static bool TryReadParts(FtpSession session, ReadOnlySpan<byte> text, out ChecksumArgument parts)
    {
        parts = default;
        ReadOnlySpan<byte> name = text;
        int numbers = 0;
        (long first, long second) = (0, 0);
        if (TryTakeNumber(ref name, out second))
        {
            numbers = TryTakeNumber(ref name, out first) ? 2 : 1;
        }

        bool isQuoted = name.Length > 2 && name[0] == Quote && name[^1] == Quote;
        if (isQuoted)
        {
            name = name[1..^1];
        }

        if ((numbers == 0 && !isQuoted) || name.IsEmpty || !FtpPath.TryParse(session, name, out VirtualPath path))
        {
            return false;
        }

        parts = numbers switch
        {
            0 => new ChecksumArgument(path, 0, long.MaxValue),
            1 => new ChecksumArgument(path, second, long.MaxValue),
            _ => new ChecksumArgument(path, first, second),
        };
        return true;
    }

    private static bool TryTakeNumber(ref ReadOnlySpan<byte> text, out long number)
    {
        number = 0;
        int blank = text.LastIndexOf((byte)' ');
        ReadOnlySpan<byte> digits = text[(blank + 1)..];
        if (blank < 1 || digits.IsEmpty || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            || !Utf8Parser.TryParse(digits, out number, out int consumed) || consumed != digits.Length)
        {
            return false;
        }

        text = text[..blank];
        return true;
    }
}
