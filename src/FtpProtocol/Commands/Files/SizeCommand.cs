using System.Globalization;
using Hpc.FtpProtocol.Control;
using Hpc.Storage;

namespace Hpc.FtpProtocol.Commands.Files;

/// <summary>
/// SIZE (RFC 3659 §4): the bytes that RETR would send. In TYPE A nobody knows them without reading the file, so it is refused.
/// </summary>
internal sealed class SizeCommand : FtpCommand
{
    /// <inheritdoc/>
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct)
    {
        if (!FtpPath.TryParse(session, argument, out VirtualPath path, out FtpReply refusal))
        {
            return new(refusal);
        }

        return session.Parameters.IsAscii && !session.Options.IgnoresAsciiType
            ? new(CommandResult.Of(550, "The size in TYPE A is not known; use TYPE I."))
            : AnswerAsync(session, path, ct);
    }

    private static async ValueTask<CommandResult> AnswerAsync(FtpSession session, VirtualPath path, CancellationToken ct)
    {
        StorageResult<EntryAttributes> attributes = await session.Files.GetAttributesAsync(path, ct).ConfigureAwait(false);
        return attributes switch
        {
            { IsSuccess: false } => FtpErrors.ToReply(attributes.Error),
            { Value.Type: EntryType.Directory } => FtpErrors.ToReply(StorageError.IsDirectory),
            _ => new FtpReply(213, attributes.Value.Size.ToString(CultureInfo.InvariantCulture)),
        };
    }
}
