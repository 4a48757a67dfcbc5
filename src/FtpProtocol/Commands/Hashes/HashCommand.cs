using System.Globalization;
using Hpc.FtpProtocol.Control;
using Hpc.FtpProtocol.Hashes;
using Hpc.Storage;

namespace Hpc.FtpProtocol.Commands.Hashes;

/// <summary>HASH (draft-bryan-ftpext-hash-02): the algorithm is that of OPTS HASH, the range that of RANG.</summary>
internal sealed class HashCommand : FtpCommand
{
    /// <inheritdoc/>
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct)
    {
        if (!FtpPath.TryParse(session, argument, out VirtualPath path, out FtpReply refusal))
        {
            return new(refusal);
        }

        (long first, long last) = session.Parameters.Range ?? (0, long.MaxValue - 1);
        HashAlgorithm algorithm = session.Hash;
        string name = FtpPath.Shown(PathText.Decode(argument.Bytes.Span));
        return new(new LongWork(async working =>
        {
            StorageResult<HashedRange> hashed = await FileHasher.HashAsync(session, path, algorithm, first, last + 1, working).ConfigureAwait(false);
            return hashed.IsSuccess ? Answer(algorithm, hashed.Value, name) : HashErrors.ToReply(hashed.Error);
        }));
    }

    //  213 SHA-256 0-49 169cd22282da7f147cb491e559e9dd... filename.ext
    private static FtpReply Answer(HashAlgorithm algorithm, in HashedRange range, string name) => new(
        213, string.Create(CultureInfo.InvariantCulture, $"{algorithm.Name} {range.First}-{Math.Max(range.First, range.End - 1)} {Convert.ToHexStringLower(range.Hash)} {name}"));
}
