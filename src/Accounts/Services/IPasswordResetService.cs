using System.Net;
using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Services;

/// <summary>New passwords for who forgot theirs (R2.60). The kind is <see cref="ObjectKind.User"/> or <see cref="ObjectKind.Admin"/>.</summary>
public interface IPasswordResetService
{
    /// <summary>
    /// Sends a code to the account's address, if there is such an account, it may do this and there is somebody to send it. Whoever asks learns nothing of that:
    /// the answer is always success. Without a mailer nothing is sent.
    /// </summary>
    ValueTask RequestAsync(ObjectKind kind, string name, IPAddress? remote, CancellationToken ct);

    /// <summary>
    /// Sets a new password with a code, which is good once, for ten minutes and a few tries. A wrong code and an account that cannot do this are one answer, <see cref="ObjectStatus.Forbidden"/>.
    /// </summary>
    ValueTask<ObjectResult<IAccountObject>> CompleteAsync(ObjectKind kind, string name, string code, string password, IPAddress? remote, CancellationToken ct);
}
