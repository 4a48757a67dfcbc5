namespace Hpc.Accounts.Dumps.Convert;

/// <summary>Files that users of other servers are in (R9.16).</summary>
public enum UserFileFormat
{
    /// <summary><c>/etc/passwd</c> with <c>/etc/shadow</c>.</summary>
    UnixPasswd,

    /// <summary>vsftpd's virtual users: lines of a name and a password in turn, or lines <c>name:hash</c> as in passwd.</summary>
    Vsftpd,

    /// <summary>ProFTPD's <c>AuthUserFile</c>.</summary>
    ProFtpd,

    /// <summary>Pure-FTPd's <c>pureftpd.passwd</c>, with quotas, bandwidths and networks.</summary>
    PureFtpd,
}
