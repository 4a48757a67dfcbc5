namespace Hpc.Accounts.Usage;

/// <summary>What an operator or a dump says is in use; null leaves a number as it is.</summary>
/// <param name="Scope">The scope; it is made if nothing was ever counted in it.</param>
/// <param name="IsAdded">True adds the numbers to what is used (never below 0); false sets it to them.</param>
/// <param name="Files">Files. Setting files or bytes counts as a count of the scope.</param>
/// <param name="Bytes">Bytes of files.</param>
/// <param name="Uploaded">Bytes uploaded.</param>
/// <param name="Downloaded">Bytes downloaded.</param>
/// <param name="At">When.</param>
public sealed record UsageAdjustment(string Scope, bool IsAdded, long? Files, long? Bytes, long? Uploaded, long? Downloaded, DateTimeOffset At)
{
    /// <summary>True if it says how many files or bytes there are.</summary>
    public bool IsCount => !IsAdded && (Files is not null || Bytes is not null);

    /// <summary>What is used afterwards.</summary>
    public UsageAmount Apply(UsageAmount used)
    {
        UsageAmount basis = IsAdded ? used : new(Files is null ? used.Files : 0, Bytes is null ? used.Bytes : 0, Uploaded is null ? used.Uploaded : 0, Downloaded is null ? used.Downloaded : 0);
        return (basis + new UsageAmount(Files ?? 0, Bytes ?? 0, Uploaded ?? 0, Downloaded ?? 0)).AtLeastZero();
    }
}
