namespace Hpc.Accounts.Objects.Validation;

/// <summary>Secrets as they are given, kept and shown (R3.1, R3.4).</summary>
internal static class SecretRules
{
    private const int MaxPayload = 128 << 10;

    // Of key services too: such a secret of a dump is kept for when the service is there.
    private static readonly IReadOnlyList<string> Encrypted =
        [SecretStatus.Secretbox, SecretStatus.AesGcm, "GCP", "AWS", "VaultTransit", "AzureKeyVault", "OracleKeyVault"];

    /// <summary>
    /// What the secret becomes: a plain one stays plain until it is sealed, an absent one goes, and any other keeps the stored one. An encrypted one is taken from a dump alone:
    /// whoever sends one to be stored would have it opened with this server's keys, or fill the place with what opens to nothing.
    /// </summary>
    /// <param name="path">Where it stands.</param>
    /// <param name="value">What was given.</param>
    /// <param name="stored">What is stored.</param>
    /// <param name="isRestore">True if an encrypted one replaces the stored one.</param>
    /// <param name="errors">Where errors go.</param>
    public static Secret Merge(string path, Secret value, Secret? stored, bool isRestore, ErrorList errors)
    {
        bool isEncrypted = Encrypted.Contains(value.Status, StringComparer.Ordinal);
        if (value.IsEmpty || (value.Payload.Length == 0 && (value.IsPlain || (isEncrypted && stored is not { IsEmpty: false }))))
        {
            return new();
        }

        if (value.Payload.Length > MaxPayload || value.Key.Length > TextRules.MaxLine || value.AdditionalData.Length > TextRules.MaxLine)
        {
            errors.Add(path, "a secret that is too long (not shown)", $"a payload of at most {MaxPayload} characters");
        }

        if (value.IsPlain)
        {
            return new() { Status = SecretStatus.Plain, Payload = value.Payload };
        }

        if (!value.IsRedacted && !isEncrypted)
        {
            errors.AddShown($"{path}.status", value.Status, $"{SecretStatus.Plain} (a new secret), {SecretStatus.Redacted} (the stored one) or one of {string.Join(", ", Encrypted)}");
            return new();
        }

        if (stored is { IsEmpty: false } && !(isRestore && isEncrypted))
        {
            return stored;
        }

        if (value.IsRedacted)
        {
            errors.Add($"{path}.status", SecretStatus.Redacted, $"{SecretStatus.Plain}: no secret is stored");
            return new();
        }

        if (!isRestore)
        {
            errors.Add($"{path}.status", "an encrypted secret", $"{SecretStatus.Plain}, or {SecretStatus.Redacted} to keep the stored one");
            return new();
        }

        return value;
    }

    /// <summary>As it may be shown: the ciphertext without what it is opened with.</summary>
    public static Secret Redact(Secret value) => value switch
    {
        { IsEmpty: true } => new(),
        { IsPlain: true } or { IsRedacted: true } => new() { Status = SecretStatus.Redacted },
        _ => new() { Status = value.Status, Payload = value.Payload },
    };

    /// <summary>That there is one, and nothing of it.</summary>
    public static Secret Hide(Secret value) => value.IsEmpty ? new() : new() { Status = SecretStatus.Redacted };
}
