using Hpc.FtpProtocol.Commands.Files;
using Hpc.FtpProtocol.Control;
using Hpc.Storage;

namespace Hpc.FtpProtocol.Commands.Site;

/// <summary>SITE SYMLINK: what the link says, and where it is made. Storage refuses a link that leads out of the user's files.</summary>
internal sealed class SiteLinkCommand : FtpCommand
{
    /// <inheritdoc/>
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct)
    {
        if (!ArgumentWords.TryRead(argument.Bytes.Span, most: 2, out List<byte[]> words) || words.Count != 2 || words[0].Length == 0)
        {
            return new(CommandResult.Of(501, "Say the target and the link, in quotes where they hold blanks."));
        }

        return words[0].AsSpan().IndexOfAny((byte)'\r', (byte)'\n', (byte)0) < 0 && FtpPath.TryParse(session, words[1], out VirtualPath link)
            ? LinkAsync(session, PathText.Decode(words[0]), link, ct)
            : new(FtpErrors.BadPath);
    }

    private static async ValueTask<CommandResult> LinkAsync(FtpSession session, string target, VirtualPath link, CancellationToken ct)
    {
        StorageResult made = await session.Files.CreateSymbolicLinkAsync(link, target, ct).ConfigureAwait(false);
        return made.IsSuccess ? new FtpReply(200, "The link was made.") : FtpErrors.ToReply(made.Error);
    }
}
