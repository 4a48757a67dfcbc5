using System.Globalization;
using Hpc.Crypto.Keys;
using Hpc.Crypto.Passwords;

namespace Hpc.Accounts;

/// <summary>Checks an account before it is stored.</summary>
public static partial class UserAccountValidator
{
    /// <summary>Most public keys of one user: every login by key looks at each of them.</summary>
    public const int MaxPublicKeys = 64;

    // Above this a single login would hold a password worker for longer than a client waits.
    private const int MaxBcryptCost = 16;
    private const int MaxPathLength = 4095;

    /// <summary>Everything that is wrong; empty if the account can be stored.</summary>
    public static IReadOnlyList<UserAccountError> Validate(UserAccount user)
    {
        ArgumentNullException.ThrowIfNull(user);
        var errors = new List<UserAccountError>();
        if (!UserNameRules.IsValid(user.UserName))
        {
            errors.Add(new(nameof(user.UserName), ValidationText.Show(user.UserName), UserNameRules.Allowed));
        }

        CheckHomeDirectory(user.HomeDirectory, errors);
        CheckPasswordHash(user.PasswordHash, errors);
        CheckPublicKeys(user.PublicKeys, errors);
        CheckPermissions(user.Permissions, errors);
        CheckDirectoryPermissions(user.DirectoryPermissions, errors);
        CheckFilePatterns(user.FilePatterns, errors);
        CheckFolders(user.Folders, errors);
        CheckLimits(user, errors);
        return errors;
    }

    private static void CheckHomeDirectory(string? path, List<UserAccountError> errors)
    {
        bool isValid = path is { Length: > 0 and <= MaxPathLength }
            && path[0] == '/'
            && !path.Any(char.IsControl)
            && !path.Split('/').Contains("..", StringComparer.Ordinal);
        if (!isValid)
        {
            errors.Add(new(nameof(UserAccount.HomeDirectory), ValidationText.Show(path), $"an absolute path of at most {MaxPathLength} characters without '..' and control characters"));
        }
    }

    private static void CheckPasswordHash(string? hash, List<UserAccountError> errors)
    {
        if (hash is null)
        {
            return;
        }

        const string Allowed = "argon2id (m up to 1 GiB, t up to 64, p up to 16), bcrypt (cost 4 to 16), yescrypt, SHA-512, SHA-256 and MD5 crypt, PBKDF2, {SHA512}, {SHA256} or {MD5}";
        if (!PasswordHash.IsSupported(hash))
        {
            errors.Add(new(nameof(UserAccount.PasswordHash), "a hash of another form (not shown)", Allowed));
        }
        else if (hash.StartsWith("$2", StringComparison.Ordinal) && int.Parse(hash.AsSpan(4, 2), CultureInfo.InvariantCulture) > MaxBcryptCost)
        {
            errors.Add(new(nameof(UserAccount.PasswordHash), $"a bcrypt hash of cost {hash.AsSpan(4, 2)}", Allowed));
        }
    }

    private static void CheckPublicKeys(IReadOnlyList<string>? keys, List<UserAccountError> errors)
    {
        if (keys is null || keys.Count > MaxPublicKeys)
        {
            errors.Add(new(nameof(UserAccount.PublicKeys), keys is null ? "nothing" : $"{keys.Count} keys", $"a list of at most {MaxPublicKeys} keys"));
            return;
        }

        for (int i = 0; i < keys.Count; i++)
        {
            string? reason = "it is missing";
            if (keys[i] is null || !AuthorizedKeysLine.TryParse(keys[i], out _, out reason))
            {
                errors.Add(new($"{nameof(UserAccount.PublicKeys)}[{i}]", $"{ValidationText.Show(keys[i])} ({reason})", "a public key as in authorized_keys: type, base64 data and comment"));
            }
        }
    }
}
