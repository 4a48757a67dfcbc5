using Hpc.FtpProtocol.Control;

namespace Hpc.FtpProtocol.Commands.Control;

/// <summary>OPTS UTF8 (draft-ietf-ftpext-utf-8-option): names are always UTF-8 (RFC 2640), which clients ask for all the same, before login too.</summary>
internal sealed class Utf8OptionsCommand : FtpCommand
{
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct) =>
        new(string.Equals(argument.Text.Trim(), "OFF", StringComparison.OrdinalIgnoreCase)
            ? CommandResult.Of(504, "Names are always UTF-8.")
            : CommandResult.Of(200, "Names are UTF-8."));
}
