using System.Text;
using Hpc.FtpProtocol.Control;
using Hpc.FtpProtocol.Listings;
using Hpc.Storage;

namespace Hpc.FtpProtocol.Commands.Files;

/// <summary>MFMT (draft-somers-ftp-mfxx-04 §3): <c>YYYYMMDDHHMMSS path</c>.</summary>
internal sealed class SetTimeCommand : FtpCommand
{
    /// <inheritdoc/>
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct) =>
        TryRead(session, argument, out VirtualPath path, out FileTime time, out FtpReply refusal) ? SetAsync(session, path, time, argument, ct) : new(refusal);

    public static bool TryRead(FtpSession session, FtpArgument argument, out VirtualPath path, out FileTime time, out FtpReply refusal)
    {
        (path, time) = (default, default);
        int blank = argument.Bytes.Span.IndexOf((byte)' ');
        if (blank < 0 || !FtpTime.TryParse(Encoding.ASCII.GetString(argument.Bytes.Span[..blank]), out time))
        {
            refusal = new FtpReply(501, "Say the time as YYYYMMDDHHMMSS in UTC, a blank, and the path.");
            return false;
        }

        return FtpPath.TryParse(session, new FtpArgument(argument.Bytes[(blank + 1)..]), out path, out refusal);
    }

    public static async ValueTask<CommandResult> SetAsync(FtpSession session, VirtualPath path, FileTime time, FtpArgument argument, CancellationToken ct)
    {
        var changes = new AttributeChanges { ModificationTime = time };
        StorageResult changed = await session.Files.SetAttributesAsync(path, changes, ct).ConfigureAwait(false);
        if (!changed.IsSuccess)
        {
            return FtpErrors.ToReply(changed.Error);
        }

        string name = PathText.Decode(argument.Bytes.Span[(argument.Bytes.Span.IndexOf((byte)' ') + 1)..]);
        return new FtpReply(213, $"Modify={FtpTime.ToText(time)}; {FtpPath.Shown(name)}");
    }
}
