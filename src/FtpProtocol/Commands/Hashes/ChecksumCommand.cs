using Hpc.FtpProtocol.Control;
using Hpc.FtpProtocol.Hashes;
using Hpc.Storage;

namespace Hpc.FtpProtocol.Commands.Hashes;

/// <summary>XCRC, XMD5, XSHA, XSHA1, XSHA256 and XSHA512: a path, and for a part of the file where it begins and where it ends.</summary>
/// <param name="algorithm">Which one.</param>
internal sealed class ChecksumCommand(HashAlgorithm algorithm) : FtpCommand
{
    /// <inheritdoc/>
    public override async ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct)
    {
        (ChecksumArgument wanted, FtpReply? refusal) = await ChecksumArgument.ReadAsync(session, argument, ct).ConfigureAwait(false);
        if (refusal is { } bad)
        {
            return bad;
        }

        return new LongWork(async working =>
        {
            StorageResult<HashedRange> hashed = await FileHasher.HashAsync(session, wanted.Path, algorithm, wanted.First, wanted.End, working).ConfigureAwait(false);
            return hashed.IsSuccess ? new FtpReply(250, Convert.ToHexString(hashed.Value.Hash)) : HashErrors.ToReply(hashed.Error);
        });
    }
}
