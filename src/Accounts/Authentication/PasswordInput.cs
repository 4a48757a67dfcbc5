using Hpc.Accounts.Objects;
using Hpc.Accounts.SecondFactor;

namespace Hpc.Accounts.Authentication;

/// <summary>What was typed, apart: FTP has no place for a one-time password, so there its digits end the password (R2.29).</summary>
/// <param name="Password">The password.</param>
/// <param name="Passcode">The one-time password; null if none was given.</param>
internal readonly record struct PasswordInput(ReadOnlyMemory<byte> Password, string? Passcode)
{
    public static PasswordInput Of(LoginAttempt attempt, UserAccount? user)
    {
        bool isAppended = attempt.Protocol == ProtocolNames.Ftp && user is not null && LoginPolicy.HasTotp(user.Logins, ProtocolNames.Ftp);
        if (!isAppended)
        {
            return new PasswordInput(attempt.Password, string.IsNullOrWhiteSpace(attempt.Passcode) ? null : attempt.Passcode.Trim());
        }

        ReadOnlyMemory<byte> password = attempt.Password;
        if (password.Length <= Totp.Digits)
        {
            return new PasswordInput(password, null);
        }

        ReadOnlyMemory<byte> code = password[^Totp.Digits..];
        return new PasswordInput(password[..^Totp.Digits], System.Text.Encoding.Latin1.GetString(code.Span));
    }

    public override string ToString() => nameof(PasswordInput);
}
