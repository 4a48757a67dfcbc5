using System.Text;
using Hpc.FtpProtocol.Control;
using Hpc.FtpProtocol.Listings;
using Hpc.Storage;

namespace Hpc.FtpProtocol.Commands.Files;

/// <summary>MFF (draft-somers-ftp-mfxx-04 §5): <c>fact=value;fact=value; path</c> with Modify and UNIX.mode. All of them or none; owners cannot be changed over FTP.</summary>
internal sealed class SetFactsCommand : FtpCommand
{
    /// <summary>The line of FEAT.</summary>
    public const string Feature = "MFF Modify;UNIX.mode;";

    /// <inheritdoc/>
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct)
    {
        // Facts hold no blank, so the first one parts them from the path.
        int blank = argument.Bytes.Span.IndexOf((byte)' ');
        if (blank <= 0 || argument.Bytes.Span[blank - 1] != (byte)';')
        {
            return new(CommandResult.Of(501, "Say the facts, each with its semicolon, a blank, and the path."));
        }

        string facts = Encoding.ASCII.GetString(argument.Bytes.Span[..blank]);
        if (!TryRead(facts, out AttributeChanges changes, out FtpReply refusal))
        {
            return new(refusal);
        }

        return FtpPath.TryParse(session, new FtpArgument(argument.Bytes[(blank + 1)..]), out VirtualPath path, out refusal)
            ? SetAsync(session, path, changes, facts + " " + PathText.Decode(argument.Bytes.Span[(blank + 1)..]), ct)
            : new(refusal);
    }

    private static bool TryRead(string facts, out AttributeChanges changes, out FtpReply refusal)
    {
        changes = default;
        foreach (string fact in facts.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = fact.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 || !TryRead(fact[..equals], fact[(equals + 1)..], ref changes, out bool isKnown))
            {
                refusal = new FtpReply(501, "A fact is not valid.");
                return false;
            }

            if (!isKnown)
            {
                refusal = new FtpReply(504, "A fact is unknown, or cannot be changed.");
                return false;
            }
        }

        refusal = new FtpReply(501, "There are no facts.");
        return changes != default;
    }

    private static bool TryRead(string name, string value, ref AttributeChanges changes, out bool isKnown)
    {
        isKnown = true;
        switch (name.ToUpperInvariant())
        {
            case "MODIFY":
                bool isTime = FtpTime.TryParse(value, out FileTime time);
                changes = changes with { ModificationTime = time };
                return isTime;
            case "UNIX.MODE":
                bool isMode = PermissionBits.TryParse(value, out uint mode);
                changes = changes with { Permissions = mode };
                return isMode;
            default:
                isKnown = false;
                return true;
        }
    }

    private static async ValueTask<CommandResult> SetAsync(FtpSession session, VirtualPath path, AttributeChanges changes, string shown, CancellationToken ct)
    {
        StorageResult changed = await session.Files.SetAttributesAsync(path, changes, ct).ConfigureAwait(false);
        return changed.IsSuccess ? new FtpReply(213, FtpPath.Shown(shown)) : FtpErrors.ToReply(changed.Error);
    }
}
