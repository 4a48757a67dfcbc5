using System.Text.Json;
using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Dumps.Convert;

/// <summary>Makes a dump of the user files of other servers. Whatever is in them, it does not throw: what cannot be converted is reported.</summary>
public static class UserFileConverter
{
    /// <summary>Converts.</summary>
    /// <param name="format">Of the file.</param>
    /// <param name="users">The file's text.</param>
    /// <param name="shadow">Text of <c>/etc/shadow</c>, for <see cref="UserFileFormat.UnixPasswd"/>; null if there is none.</param>
    /// <param name="options">Which users.</param>
    public static ConvertResult Convert(UserFileFormat format, string users, string? shadow, ConvertOptions options)
    {
        ArgumentNullException.ThrowIfNull(users);
        ArgumentNullException.ThrowIfNull(options);
        var collector = new ConvertCollector(options);
        switch (format)
        {
            case UserFileFormat.UnixPasswd:
                PasswdFile.Read(users, ShadowFile.Read(shadow, collector), collector);
                break;
            case UserFileFormat.ProFtpd:
                PasswdFile.Read(users, null, collector);
                break;
            case UserFileFormat.Vsftpd:
                VsftpdFile.Read(users, collector);
                break;
            case UserFileFormat.PureFtpd:
                PureFtpdFile.Read(users, collector);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(format));
        }

        return collector.Finish();
    }

    /// <summary>The dump as it is written to a file, to be loaded by <c>loaddata</c>.</summary>
    public static byte[] ToJson(BackupData dump) => JsonSerializer.SerializeToUtf8Bytes(dump, DumpJson.Of<BackupData>());
}
