using System.Security.Cryptography;
using Hpc.FtpProtocol.Control;
using Hpc.FtpProtocol.Transfers;
using Hpc.Storage;

namespace Hpc.FtpProtocol.Commands.Transfers;

/// <summary>STOU: an upload under a name that nothing has yet. 150 tells the name (RFC 1123 §4.1.2.9). An argument, as some clients send one, is what the name begins with.</summary>
internal sealed class StouCommand : FtpCommand
{
    private const string Prefix = "ftp";
    private const int RandomDigits = 16;

    public override async ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct)
    {
        session.Parameters.ForgetPrelude();
        VirtualPath path = session.Directory;
        if (!argument.IsEmpty && !FtpPath.TryParse(session, argument, out path, out FtpReply refusal))
        {
            return refusal;
        }

        bool isNamed = !argument.IsEmpty && !path.IsRoot;
        (FtpReply? refused, bool exists) = isNamed ? await UploadTarget.LookAsync(session, path, ct).ConfigureAwait(false) : (null, true);
        if (exists)
        {
            // Nothing guesses such a name; if it were there all the same the file would not be opened.
            string name = $"{(isNamed ? path.Name : Prefix)}.{RandomNumberGenerator.GetHexString(RandomDigits, lowercase: true)}";
            if (!(isNamed ? path.Parent : session.Directory).TryCombine(name, out path))
            {
                return FtpErrors.BadPath;
            }
        }
        else if (refused is { } no)
        {
            return no;
        }

        IFileSystem files = session.Files;
        const OpenFlags New = OpenFlags.Write | OpenFlags.Create | OpenFlags.Exclusive;
        return new UploadTransfer(TransferScope.Of(session), path, later => files.OpenFileAsync(path, New, null, later), $"FILE: {FtpPath.Shown(path.Name)}");
    }
}
