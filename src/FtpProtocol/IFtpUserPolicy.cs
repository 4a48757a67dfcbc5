namespace Hpc.FtpProtocol;

/// <summary>What is known of a user by the name alone, before anybody has logged in.</summary>
public interface IFtpUserPolicy
{
    /// <summary>True if the user may give a password over TLS alone (<c>ftp_security</c>, R1.54); false for names that nobody has. A fault is true.</summary>
    ValueTask<bool> RequiresTlsAsync(string userName, CancellationToken ct);
}
