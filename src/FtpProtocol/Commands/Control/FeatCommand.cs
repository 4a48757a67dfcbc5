using Hpc.FtpProtocol.Control;

namespace Hpc.FtpProtocol.Commands.Control;

/// <summary>FEAT (RFC 2389 §3): what there is beyond RFC 959.</summary>
internal sealed class FeatCommand : FtpCommand
{
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct) =>
        new(new FtpReply(211, "End") { First = "Extensions supported:", Lines = [.. session.Services.Commands.Features.Select(session.ShowFeature)] });
}
