using Hpc.FtpProtocol.Control;
using Hpc.FtpProtocol.Listings;
using Hpc.Storage;

namespace Hpc.FtpProtocol.Commands.Listings;

/// <summary>MLST (RFC 3659 §7): one entry on the control connection, links followed.</summary>
internal sealed class MachineEntryCommand : FtpCommand
{
    private const int MaxFactsLength = 512;

    /// <inheritdoc/>
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct) =>
        FtpPath.TryParse(session, argument.Bytes.Span, out VirtualPath path) ? AnswerAsync(session, path, ct) : new(FtpErrors.BadPath);

    private static async ValueTask<CommandResult> AnswerAsync(FtpSession session, VirtualPath path, CancellationToken ct)
    {
        StorageResult<EntryAttributes> attributes = await session.Files.GetAttributesAsync(path, ct).ConfigureAwait(false);
        if (!attributes.IsSuccess)
        {
            return FtpErrors.ToReply(attributes.Error);
        }

        string line = Line(session, path, attributes.Value);
        return new FtpReply(250, "End.") { First = "Facts follow:", Lines = [line] };
    }

    private static string Line(FtpSession session, VirtualPath path, in EntryAttributes attributes)
    {
        byte[] name = path.ToUtf8();
        byte[] text = new byte[MaxFactsLength + name.Length];
        int length = new MachineLine(session.Facts).Write(text, name, attributes, target: [], EntryRole.Entry);

        // Without CRLF, which ends a line of a list.
        return PathText.Decode(text.AsSpan(0, length - 2));
    }
}
