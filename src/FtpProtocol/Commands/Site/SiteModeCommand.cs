using System.Text;
using Hpc.FtpProtocol.Commands.Files;
using Hpc.FtpProtocol.Control;
using Hpc.Storage;

namespace Hpc.FtpProtocol.Commands.Site;

/// <summary>SITE CHMOD: octal digits and a path.</summary>
internal sealed class SiteModeCommand : FtpCommand
{
    /// <inheritdoc/>
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct)
    {
        int blank = argument.Bytes.Span.IndexOf((byte)' ');
        if (blank < 0 || !PermissionBits.TryParse(Encoding.ASCII.GetString(argument.Bytes.Span[..blank]), out uint bits))
        {
            return new(CommandResult.Of(501, "Say the mode in octal digits, a blank, and the path."));
        }

        return FtpPath.TryParse(session, new FtpArgument(argument.Bytes[(blank + 1)..]), out VirtualPath path, out FtpReply refusal)
            ? SetAsync(session, path, bits, ct)
            : new(refusal);
    }

    private static async ValueTask<CommandResult> SetAsync(FtpSession session, VirtualPath path, uint bits, CancellationToken ct)
    {
        StorageResult changed = await session.Files.SetAttributesAsync(path, new AttributeChanges { Permissions = bits }, ct).ConfigureAwait(false);
        return changed.IsSuccess ? new FtpReply(200, "The mode was changed.") : FtpErrors.ToReply(changed.Error);
    }
}
