using Hpc.FtpProtocol.Control;

namespace Hpc.FtpProtocol.Commands.Control;

/// <summary>HELP (RFC 959 §4.1.3): the commands that there are.</summary>
internal sealed class HelpCommand : FtpCommand
{
    private const int NamesPerLine = 8;

    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct)
    {
        FtpCommandTable commands = session.Services.Commands;
        if (!argument.IsEmpty)
        {
            bool isKnown = commands.TryFind(argument.Text.Trim(), out CommandEntry entry);
            return new(isKnown ? CommandResult.Of(214, $"{entry.Name} is implemented.") : CommandResult.Of(502, "There is no such command."));
        }

        List<string> lines = [.. commands.Names.Order(StringComparer.Ordinal).Chunk(NamesPerLine).Select(static names => string.Join(' ', names))];
        return new(new FtpReply(214, "That is all.") { First = "These commands are implemented:", Lines = lines });
    }
}
