namespace Hpc.Accounts.Objects.Validation;

/// <summary>Merges the secrets of one object's backend with the stored ones.</summary>
internal sealed class FilesystemSecrets(bool isRestore, ErrorList errors)
{
    public Secret Merge(string path, Secret value, Secret? stored) => SecretRules.Merge(path, value, stored, isRestore, errors);
}
