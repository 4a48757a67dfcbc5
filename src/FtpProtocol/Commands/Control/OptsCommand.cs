using Hpc.FtpProtocol.Control;

namespace Hpc.FtpProtocol.Commands.Control;

/// <summary>OPTS (RFC 2389 §4): an option of another command, which has it in the table of options.</summary>
internal sealed class OptsCommand : FtpCommand
{
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct)
    {
        (string name, FtpArgument value) = CommandName.Split(argument.Bytes);
        if (name.Length == 0)
        {
            return new(CommandResult.Of(501, "The name of a command is missing."));
        }

        return session.Services.Commands.FindOption(name) is { } option
            ? option.RunAsync(session, value, ct)
            : new(CommandResult.Of(501, "The command has no options."));
    }
}
