using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Passwords;

/// <summary>What new passwords must be; 0 asks for nothing (R10.9, R10.10).</summary>
public sealed record PasswordRules
{
    /// <summary>Anything will do.</summary>
    public static PasswordRules None { get; } = new();

    /// <summary>Least entropy in bits, see <see cref="PasswordEntropy"/>.</summary>
    public double MinEntropy { get; init; }

    /// <summary>Least length in characters.</summary>
    public int Length { get; init; }

    /// <summary>Least count of upper case letters.</summary>
    public int Uppers { get; init; }

    /// <summary>Least count of lower case letters.</summary>
    public int Lowers { get; init; }

    /// <summary>Least count of digits.</summary>
    public int Digits { get; init; }

    /// <summary>Least count of characters that are neither letters nor digits.</summary>
    public int Specials { get; init; }

    /// <summary>
    /// The rules of one user: each is the first that is not 0 of the user's, its primary group's and the server's (R10.12); it may be weaker than the server's.
    /// </summary>
    public static PasswordRules Of(IBaseUserFilters user, IBaseUserFilters? primaryGroup, PasswordRules server)
    {
        ArgumentNullException.ThrowIfNull(user);
        return Of(user.PasswordStrength, user.PasswordPolicy, primaryGroup, server);
    }

    /// <summary>The rules of a user whose group's rules are in its account already.</summary>
    public static PasswordRules Of(UserAccount user, PasswordRules server)
    {
        ArgumentNullException.ThrowIfNull(user);
        return Of(user.PasswordStrength, user.PasswordPolicy, null, server);
    }

    /// <summary>True if less is asked for than by others, in anything.</summary>
    internal bool IsWeakerThan(PasswordRules other) =>
        MinEntropy < other.MinEntropy || Length < other.Length || Uppers < other.Uppers || Lowers < other.Lowers || Digits < other.Digits || Specials < other.Specials;

    private static PasswordRules Of(int strength, PasswordPolicy policy, IBaseUserFilters? group, PasswordRules server)
    {
        ArgumentNullException.ThrowIfNull(server);
        PasswordPolicy? second = group?.PasswordPolicy;
        return new()
        {
            MinEntropy = strength > 0 ? strength : group is { PasswordStrength: > 0 } ? group.PasswordStrength : server.MinEntropy,
            Length = First(policy.Length, second?.Length, server.Length),
            Uppers = First(policy.Uppers, second?.Uppers, server.Uppers),
            Lowers = First(policy.Lowers, second?.Lowers, server.Lowers),
            Digits = First(policy.Digits, second?.Digits, server.Digits),
            Specials = First(policy.Specials, second?.Specials, server.Specials),
        };
    }

    private static int First(int user, int? group, int server) => user > 0 ? user : group > 0 ? group.Value : server;
}
