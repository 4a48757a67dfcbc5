using Hpc.FtpProtocol.Control;
using Hpc.FtpProtocol.Hashes;
using Hpc.Storage;

namespace Hpc.FtpProtocol.Commands.Hashes;

/// <summary>MD5 (draft-twine-ftpmd5-00): the path is repeated as it was sent.</summary>
internal sealed class Md5Command : FtpCommand
{
    /// <inheritdoc/>
    public override async ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct)
    {
        (ChecksumArgument wanted, FtpReply? refusal) = await ChecksumArgument.ReadAsync(session, argument, ct).ConfigureAwait(false);
        if (refusal is { } bad)
        {
            return bad;
        }

        string name = FtpPath.Shown(PathText.Decode(argument.Bytes.Span));
        return new LongWork(async working =>
        {
            StorageResult<HashedRange> hashed = await FileHasher.HashAsync(session, wanted.Path, HashAlgorithm.Md5, wanted.First, wanted.End, working).ConfigureAwait(false);
            return hashed.IsSuccess ? new FtpReply(251, $"{name} {Convert.ToHexString(hashed.Value.Hash)}") : HashErrors.ToReply(hashed.Error);
        });
    }
}
