namespace Hpc.Accounts.Objects.Validation;

/// <summary>Fields of cron lines; see <see cref="CronField"/>.</summary>
internal static class CronRules
{
    public static void Check(string path, string value, int least, int most, ErrorList errors)
    {
        if (!CronField.TryParse(value, least, most, out _))
        {
            errors.AddShown(path, value, $"a cron field: *, */2, {least}, {least}-{most} or a list of these, {least} to {most}");
        }
    }
}
