using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hpc.Crypto.Keys;

namespace Hpc.Accounts.Objects.Validation;

/// <summary>Public keys, certificates and addresses of users.</summary>
internal static class KeyRules
{
    public const int MaxCertificates = 64;
    public const int MaxEmails = 32;
    private const int MaxPem = 64 << 10;

    public static IReadOnlyList<string> PublicKeys(string path, IReadOnlyList<string?> values, ErrorList errors)
    {
        if (!errors.HasCount(path, values, UserAccountValidator.MaxPublicKeys))
        {
            return [];
        }

        var keys = new List<string>(values.Count);
        for (int i = 0; i < values.Count; i++)
        {
            string key = values[i]?.Trim() ?? "";
            if (key.Length == 0)
            {
                continue;
            }

            if (!AuthorizedKeysLine.TryParse(key, out _, out string? reason))
            {
                errors.Add($"{path}[{i}]", $"{ValidationText.Show(key)} ({reason})", "a public key as in authorized_keys: type, base64 data and comment");
            }
            else if (!keys.Contains(key, StringComparer.Ordinal))
            {
                keys.Add(key);
            }
        }

        return keys;
    }

    public static IReadOnlyList<string> Certificates(string path, IReadOnlyList<string?> values, ErrorList errors)
    {
        if (!errors.HasCount(path, values, MaxCertificates))
        {
            return [];
        }

        for (int i = 0; i < values.Count; i++)
        {
            if (!IsCertificate(values[i]))
            {
                errors.Add($"{path}[{i}]", "something that is no certificate (not shown)", "one certificate in PEM form");
            }
        }

        return EnumLists.Distinct(values);
    }

    public static IReadOnlyList<string> Emails(string path, IReadOnlyList<string?> values, ErrorList errors)
    {
        if (!errors.HasCount(path, values, MaxEmails))
        {
            return [];
        }

        for (int i = 0; i < values.Count; i++)
        {
            if (values[i] is not { Length: > 0 } value)
            {
                errors.AddMissing($"{path}[{i}]", "an e-mail address");
            }
            else
            {
                TextRules.Email($"{path}[{i}]", value, errors);
            }
        }

        return EnumLists.Distinct(values);
    }

    // Only the one block is read: a private key beside it has no business in an account.
    private static bool IsCertificate(string? pem)
    {
        if (pem is not { Length: > 0 and <= MaxPem } || !PemEncoding.TryFind(pem, out PemFields fields) || pem[fields.Label] is not "CERTIFICATE"
            || !string.IsNullOrWhiteSpace(pem[..fields.Location.Start.GetOffset(pem.Length)]) || !string.IsNullOrWhiteSpace(pem[fields.Location.End.GetOffset(pem.Length)..]))
        {
            return false;
        }

        try
        {
            using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(pem[fields.Base64Data]));
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
