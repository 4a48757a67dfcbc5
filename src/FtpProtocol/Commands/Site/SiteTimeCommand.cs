using System.Text;
using Hpc.FtpProtocol.Control;
using Hpc.FtpProtocol.Listings;
using Hpc.Storage;

namespace Hpc.FtpProtocol.Commands.Site;

/// <summary>
/// SITE UTIME in both of its orders: <c>YYYYMMDDhhmm[ss] path</c>, and <c>path access modification creation UTC</c>, where the time of creation is not kept.
/// </summary>
internal sealed class SiteTimeCommand : FtpCommand
{
    private const string Zone = "UTC";

    /// <inheritdoc/>
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct)
    {
        ReadOnlySpan<byte> text = argument.Bytes.Span;
        if (!TryReadLast(ref text, out AttributeChanges changes) && !TryReadFirst(ref text, out changes))
        {
            return new(CommandResult.Of(501, "Say the time as YYYYMMDDhhmmss in UTC, a blank, and the path."));
        }

        return FtpPath.TryParse(session, new FtpArgument(text.ToArray()), out VirtualPath path, out FtpReply refusal)
            ? SetAsync(session, path, changes, ct)
            : new(refusal);
    }

    private static bool TryReadFirst(ref ReadOnlySpan<byte> text, out AttributeChanges changes)
    {
        changes = default;
        int blank = text.IndexOf((byte)' ');
        if (blank < 0 || !FtpTime.TryParseShort(Encoding.ASCII.GetString(text[..blank]), out FileTime time))
        {
            return false;
        }

        text = text[(blank + 1)..];
        changes = new AttributeChanges { ModificationTime = time };
        return true;
    }

    private static bool TryReadLast(ref ReadOnlySpan<byte> text, out AttributeChanges changes)
    {
        changes = default;
        ReadOnlySpan<byte> rest = text;
        if (!Zone.Equals(TakeLast(ref rest), StringComparison.OrdinalIgnoreCase)
            || !FtpTime.TryParseShort(TakeLast(ref rest), out _)
            || !FtpTime.TryParseShort(TakeLast(ref rest), out FileTime modification)
            || !FtpTime.TryParseShort(TakeLast(ref rest), out FileTime access))
        {
            return false;
        }

        text = rest;
        changes = new AttributeChanges { AccessTime = access, ModificationTime = modification };
        return true;
    }

    /// <summary>The last word, if there is one before it.</summary>
    private static string? TakeLast(ref ReadOnlySpan<byte> text)
    {
        int blank = text.LastIndexOf((byte)' ');
        if (blank < 0)
        {
            return null;
        }

        string word = Encoding.ASCII.GetString(text[(blank + 1)..]);
        text = text[..blank];
        return word;
    }

    private static async ValueTask<CommandResult> SetAsync(FtpSession session, VirtualPath path, AttributeChanges changes, CancellationToken ct)
    {
        StorageResult changed = await session.Files.SetAttributesAsync(path, changes, ct).ConfigureAwait(false);
        return changed.IsSuccess ? new FtpReply(200, "The times were changed.") : FtpErrors.ToReply(changed.Error);
    }
}
