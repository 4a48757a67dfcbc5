using Hpc.FtpProtocol.Control;

namespace Hpc.FtpProtocol.Commands.Control;

/// <summary>LANG (RFC 2640 §4): the language of replies, which is English.</summary>
internal sealed class LangCommand : FtpCommand
{
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct)
    {
        string language = argument.Text;
        bool isEnglish = language.Length == 0
            || string.Equals(language, "EN", StringComparison.OrdinalIgnoreCase)
            || language.StartsWith("EN-", StringComparison.OrdinalIgnoreCase);
        return new(isEnglish ? CommandResult.Of(200, "Replies are in English.") : CommandResult.Of(504, "Replies are in English alone."));
    }
}
