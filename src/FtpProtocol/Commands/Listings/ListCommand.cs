using Hpc.FtpProtocol.Control;
using Hpc.FtpProtocol.Listings;

namespace Hpc.FtpProtocol.Commands.Listings;

/// <summary>LIST (RFC 959 §4.1.3).</summary>
internal sealed class ListCommand : FtpCommand
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
        return entries is null ? refusal : new ListingTransfer(session, entries, new UnixLine(session.Services.Time));
    }
}
