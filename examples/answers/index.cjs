// The program of every stack: it applies the environment file of the stack's name. Add Pulumi resources of your own here.
module.exports = require("beamstack-iac/program");
