using System.Security.Cryptography;
using System.Text;
using Hpc.Accounts;
using Hpc.Accounts.Authentication;
using Hpc.Accounts.Objects;
using Hpc.Accounts.SecondFactor;
using Hpc.HttpApi.Endpoints;
using Hpc.HttpApi.Hosting;
using Hpc.HttpApi.Principals;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Hpc.HttpApi.Administration;

/// <summary>Whoever changes a second factor that is on shows that it is its holder's: a token alone, which may be a stolen one, does not do.</summary>
internal sealed class SecondFactorProof(HttpApiParts parts, ILogger<SecondFactorProof> logger)
{
    /// <summary>The answer that refuses; null if the second factor is off, or a code of it or the password of now was shown. A code is used up.</summary>
    public async ValueTask<IResult?> WhyRefusedAsync(ApiCall call, TotpConfig stored, string passcode, string password)
    {
        if (!stored.Enabled)
        {
            return null;
        }

        string header = call.Http.Request.Headers[ApiParameter.Passcode.Name].ToString();
        string code = (header.Length > 0 ? header : passcode).Trim();
        if ((code.Length > 0 && await IsRightAsync(call, stored, code).ConfigureAwait(false)) || (password.Length > 0 && await IsPasswordAsync(call, password).ConfigureAwait(false)))
        {
            return null;
        }

        const string Why = "The second factor is on: a code of it is needed (X-SFTPGO-OTP or passcode), or the password of now (current_password).";
        if (code.Length > 0 || password.Length > 0)
        {
            HttpApiLog.LoginRefused(logger, call.Principal.ToString(), call.Remote, "a wrong code or password for a change of the second factor");
        }

        return Answer.Forbidden(Why);
    }

    // No recovery code: whoever has a token can read those.
    private async ValueTask<bool> IsRightAsync(ApiCall call, TotpConfig stored, string code)
    {
        ObjectKind kind = call.Principal.Kind == ApiPrincipalKind.Admin ? ObjectKind.Admin : ObjectKind.User;
        return await parts.SecondFactors.UseAsync(kind, call.Principal.Name, stored, code, call.Aborted).ConfigureAwait(false) == PasscodeCheck.Right;
    }

    // A one-time password that is asked for means that the password was right.
    private async ValueTask<bool> IsPasswordAsync(ApiCall call, string password)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(password);
        try
        {
            if (call.Principal.Kind == ApiPrincipalKind.Admin)
            {
                var login = new AdminLoginAttempt { UserName = call.Principal.Name, RemoteAddress = call.Remote, Password = bytes };
                return (await parts.Admins.AuthenticateAsync(login, call.Aborted).ConfigureAwait(false)).Verdict != AdminLoginVerdict.Refused;
            }

            var attempt = new LoginAttempt
            {
                UserName = call.Principal.Name,
                Password = bytes,
                RemoteAddress = call.Remote,
                Protocol = ProtocolNames.Http,
                Method = LoginMethod.Password,
            };
            return (await parts.Users.AuthenticateAsync(attempt, call.Aborted).ConfigureAwait(false)).Verdict is LoginVerdict.Accepted or LoginVerdict.PasscodeNeeded;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }
}
