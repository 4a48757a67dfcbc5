using Hpc.FtpProtocol.Control;
using Hpc.FtpProtocol.Listings;

namespace Hpc.FtpProtocol.Commands.Listings;

/// <summary>NLST (RFC 959 §4.1.3): names that can be the arguments of further commands (RFC 1123 §4.1.2.7).</summary>
internal sealed class NameListCommand : FtpCommand
{
    /// <inheritdoc/>
    public override async ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct)
    {
        ListRequest request = await ListRequest.ReadAsync(session, argument, ct).ConfigureAwait(false);
        if (request.Refusal is { } bad)
        {
            return bad;
        }

        (ListedEntries? entries, FtpReply refusal) = await request.OpenAsync(session, ct).ConfigureAwait(false);
        if (entries is null)
        {
            return refusal;
        }

        // Of a file that was asked for by its name, the prefix holds the name too.
        ReadOnlyMemory<byte> prefix = entries.Reader is null ? request.Prefix[..(request.Prefix.Span.TrimEnd((byte)'/').LastIndexOf((byte)'/') + 1)] : request.Prefix;
        return new ListingTransfer(session, entries, new NameLine(prefix));
    }
}
