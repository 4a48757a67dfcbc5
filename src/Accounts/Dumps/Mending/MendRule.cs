namespace Hpc.Accounts.Dumps.Mending;

/// <summary>What is done about errors at a place of an object.</summary>
/// <param name="Place">The place; an error at it or below it is the rule's.</param>
/// <param name="Effect">What that does to the object.</param>
/// <param name="Done">What is done, in words.</param>
/// <param name="Fix">How; null takes the part away.</param>
internal sealed record MendRule(JsonPlace Place, MendEffect Effect, string Done, MendFix? Fix)
{
    /// <summary>What it is done to, if it is more than the place.</summary>
    public JsonPlace Target { get; init; } = Place;
}
