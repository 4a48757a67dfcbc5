using Hpc.FtpProtocol.Control;
using Hpc.FtpProtocol.Listings;
using Hpc.Storage;
using Hpc.Transport.Buffers;

namespace Hpc.FtpProtocol.Commands.Files;

/// <summary>STAT with a path (RFC 959 §4.1.3): a listing on the control connection, as far as it fits one block.</summary>
internal sealed class StatPathCommand : FtpCommand
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

        var feed = new EntryFeed(session.Files, entries, new UnixLine(session.Services.Time));
        PinnedBlock block = session.Services.Pool.Rent(BlockPool.Medium, BufferRole.Send);
        try
        {
            StorageResult<int> filled = await feed.FillAsync(block.Memory, ct).ConfigureAwait(false);
            return filled.IsSuccess
                ? Reply(block.Span[..filled.Value], entries.Reader is not null, feed.IsAtEnd)
                : FtpErrors.ToReply(filled.Error);
        }
        finally
        {
            block.Return();
            await feed.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static CommandResult Reply(ReadOnlySpan<byte> text, bool isDirectory, bool isComplete)
    {
        var lines = new List<string>();
        while (!text.IsEmpty)
        {
            int end = text.IndexOf((byte)'\n');
            lines.Add(PathText.Decode(text[..(end - 1)]));
            text = text[(end + 1)..];
        }

        return new FtpReply(isDirectory ? 212 : 213, isComplete ? "End of status." : "There are more entries; use LIST.") { First = "Status follows:", Lines = lines };
    }
}
