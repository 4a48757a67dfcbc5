using System.Text.Json;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Objects.Validation;

namespace Hpc.Accounts.Services.Descriptors;

/// <summary>Settings that overlay the file (R9.17). They are kept as they are; what looks like a secret is kept as secrets are.</summary>
internal sealed class ConfigurationDescriptor(ServiceEnvironment services) : ObjectDescriptor<Configuration>(services)
{
    public override ObjectKind Kind => ObjectKind.Configuration;

    public override string Noun => "configuration";

    public override bool IsAlwaysThere => true;

    public override string NormaliseName(string name) => Configuration.OnlyName;

    public override Configuration WithName(Configuration value, string name) => value;

    public override Configuration WithId(Configuration value, long id) => value;

    public override bool IsVisible(Configuration value, ChangeContext context) => RoleLimits.IsUnlimited(context);

    public override ValueTask<IReadOnlyList<string>?> FindNamesOfListAsync(ChangeContext context, CancellationToken ct) => new(RoleLimits.IsUnlimited(context) ? null : []);

    public override Configuration Check(Configuration value, ObjectEdit<Configuration> edit)
    {
        RoleLimits.RequireNoRole("settings", edit);
        return value with
        {
            Sftp = Section("sftp", value.Sftp, edit.Old?.Sftp, edit),
            Smtp = Section("smtp", value.Smtp, edit.Old?.Smtp, edit),
            Acme = Section("acme", value.Acme, edit.Old?.Acme, edit),
            Branding = Section("branding", value.Branding, edit.Old?.Branding, edit),
            UpdatedAt = ObjectTimes.Updated(value.UpdatedAt, edit),
        };
    }

    public override ValueTask<Configuration> SealAsync(Configuration value, ObjectEdit<Configuration> edit, CancellationToken ct) =>
        new(Map(value, secret => Services.Protector.Protect(secret, Configuration.OnlyName)));

    public override Configuration Bare(Configuration value) => value;

    public override Configuration Redact(Configuration value) => Map(value, SecretRules.Redact);

    private static Configuration Map(Configuration value, Func<Secret, Secret> map) => value with
    {
        Sftp = JsonSecrets.Map(value.Sftp, map),
        Smtp = JsonSecrets.Map(value.Smtp, map),
        Acme = JsonSecrets.Map(value.Acme, map),
        Branding = JsonSecrets.Map(value.Branding, map),
    };

    private static JsonElement? Section(string path, JsonElement? value, JsonElement? old, ObjectEdit<Configuration> edit)
    {
        if (value is null or { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined })
        {
            return null;
        }

        if (value.Value.ValueKind != JsonValueKind.Object)
        {
            edit.Errors.Add(path, value.Value.ValueKind.ToString(), "an object");
            return null;
        }

        return JsonSecrets.Merge(path, value.Value, old, edit.IsRestore, edit.Errors);
    }
}
